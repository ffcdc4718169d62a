import { setImmediate } from 'node:timers/promises';
import { Reception } from './receive.js';

const open = { isOpen: true, basic: [], bearer: [] };

/** A webhook of so many alerts. */
function webhookOf(name: string, alerts: number) {
  const alert = {
    status: 'firing',
    labels: { alertname: name, severity: 'critical' },
    annotations: { summary: 'it does not answer, as nobody would have thought' },
    startsAt: '2026-11-02T10:00:00Z',
  };
  const body = Buffer.from(JSON.stringify({ status: 'firing', alerts: Array(alerts).fill(alert) }));
  return { headers: { 'content-type': 'application/json' }, body, path: '/webhooks/grafana' };
}

describe('deliveries that come at once', () => {
  const accepted: string[] = [];
  const acceptance = {
    accept: (messages: readonly { readonly body: Buffer }[]) => {
      accepted.push(/"alertname":"([^"]*)"/.exec(messages[0]?.body.toString() ?? '')?.[1] ?? '');
      return Promise.resolve('stream' as const);
    },
  };
  const reception = new Reception(
    'grafana',
    open,
    acceptance,
    { maxPayloadBytes: () => 1_000_000 },
    'default',
  );
  const receive = (name: string, alerts: number) => reception.receive(webhookOf(name, alerts));

  beforeEach(() => {
    accepted.length = 0;
  });

  it('a small one does not wait for the large ones before it', async () => {
    const large = Array.from({ length: 5 }, (_, index) => receive(`large-${index}`, 500));
    const small = receive('small', 1);
    await Promise.all([...large, small]);
    expect(accepted).toEqual(['small', 'large-0', 'large-1', 'large-2', 'large-3', 'large-4']);
  });

  it('between two large ones, what comes meanwhile has its turn', async () => {
    const large = Promise.all(Array.from({ length: 3 }, (_, index) => receive(`large-${index}`, 500)));
    await setImmediate();
    await setImmediate();
    await receive('meanwhile', 1);
    await large;
    expect(accepted.at(-1)).toBe('large-2');
    expect(accepted).toContain('meanwhile');
  });

  it('a large one that fails holds up nobody', async () => {
    const bad = reception.receive({ ...webhookOf('bad', 1), body: Buffer.alloc(20_000, 'x') });
    const large = receive('large', 500);
    await expect(bad).rejects.toThrow();
    expect(await large).toMatchObject({ status: 200, body: { accepted: 500 } });
  });
});
