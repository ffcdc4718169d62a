import { observedEvent, type Observation } from '@gomon/contracts';
import fc from 'fast-check';
import { reportMessages, type Accepted } from './report-messages.js';

function observationOf(name: string, more: Partial<Observation> = {}): Observation {
  return { status: 'firing', labels: { alertname: name }, annotations: {}, ...more };
}

function accepted(observations: readonly Observation[]): Accepted {
  return {
    reportId: 'report-1',
    acceptedAt: new Date('2026-03-01T09:00:00.000Z'),
    scope: 'default',
    source: { kind: 'grafana', instance: 'east' },
    group: { receiver: 'r' },
    observations,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  };
}

function eventIn({ body }: { readonly body: Buffer }) {
  return observedEvent.parse(JSON.parse(body.toString()));
}

it('a delivery is one message, with its id, count and trace', () => {
  const [message, ...others] = reportMessages(accepted([observationOf('A'), observationOf('B')]));
  expect(others).toEqual([]);
  expect(message).toMatchObject({
    subject: 'gomon.observed.v1.normal.grafana',
    id: 'report-1',
    headers: {
      'Gomon-Observations': '2',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    },
    acceptedAt: '2026-03-01T09:00:00.000Z',
  });
  expect(message && eventIn(message).data).toMatchObject({
    kind: 'delta',
    acceptedAt: '2026-03-01T09:00:00.000Z',
    group: { receiver: 'r' },
  });
  expect(message && eventIn(message).data).not.toHaveProperty('part');
});

it('a delivery without alerts is no message', () => {
  expect(reportMessages(accepted([]))).toEqual([]);
});

it.each([
  ['critical', 'urgent'],
  ['P0', 'urgent'],
  ['warning', 'normal'],
])('with an alert of severity %s it goes the %s way', (severity, way) => {
  const [message] = reportMessages(
    accepted([observationOf('A'), observationOf('B', { labels: { severity } })]),
  );
  expect(message?.subject).toBe(`gomon.observed.v1.${way}.grafana`);
});

it('each part of a split delivery goes the way of its own alerts', () => {
  const large = { annotations: { text: 'x'.repeat(2_000) } };
  const messages = reportMessages(
    accepted([observationOf('A', large), observationOf('B', { ...large, labels: { severity: 'critical' } })]),
    3_000,
  );
  expect(messages.map(({ id, subject }) => [id, subject])).toEqual([
    ['report-1.0', 'gomon.observed.v1.normal.grafana'],
    ['report-1.1', 'gomon.observed.v1.urgent.grafana'],
  ]);
});

it('however it is split, every alert is in one part, in order, and only a lone one makes a part too large', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000), { minLength: 1, maxLength: 40 }), (sizes) => {
      const observations = sizes.map((size, index) =>
        observationOf(`A${index}`, { annotations: { text: '火'.repeat(size) } }),
      );
      const messages = reportMessages(accepted(observations), 8_000);
      const events = messages.map(eventIn);
      expect(events.flatMap(({ data }) => data.observations)).toEqual(observations);
      for (const [index, { data }] of events.entries()) {
        const bytes = messages[index]?.body.length ?? 0;
        expect(bytes <= 8_000 || data.observations.length === 1).toBe(true);
        expect(messages[index]?.headers['Gomon-Observations']).toBe(String(data.observations.length));
        if (messages.length > 1) expect(data.part).toEqual({ index, of: messages.length });
      }
    }),
  );
});
