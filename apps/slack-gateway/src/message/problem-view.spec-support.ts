import type { ProblemView } from '@gomon/contracts';

const ID = '0195a1b2-0000-7000-8000-000000000001';

/** A problem as a fact holds it. */
export function problemView(more: Partial<ProblemView> = {}): ProblemView {
  return {
    id: ID,
    scope: 'default',
    version: 1,
    status: 'firing',
    severity: 'P1',
    title: 'DiskFull',
    source: { kind: 'grafana', instance: 'default' },
    primary: {
      alertId: ID,
      labels: { alertname: 'DiskFull', severity: 'critical', namespace: 'shop', pod: 'db-0' },
      annotations: { summary: 'The disk of db-0 is full' },
      about: {},
    },
    startsAt: '2026-03-01T09:00:00.000Z',
    openedAt: '2026-03-01T09:00:01.000Z',
    updatedAt: '2026-03-01T09:00:01.000Z',
    counts: { total: 1, firing: 1, resolved: 0 },
    members: [],
    timeline: [{ at: '2026-03-01T09:00:01.000Z', text: 'first report' }],
    told: [],
    ...more,
  };
}
