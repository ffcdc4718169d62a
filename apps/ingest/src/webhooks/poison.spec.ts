import { readFileSync } from 'node:fs';
import { observation } from '@gomon/contracts';
import { HttpProblem } from '@gomon/service';
import fc from 'fast-check';
import { reportMessages } from '../report/report-messages.js';
import { LIMITS } from './clean.js';
import { webhookOf, type Webhook } from './webhook-body.js';

function fixture(name: string): Webhook {
  return webhookOf(JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')));
}

function firing(more: object): Webhook {
  return webhookOf({ alerts: [{ status: 'firing', labels: { alertname: 'A' }, ...more }] });
}

/** An array in an array in an array… Deeper than JSON can be written, not deeper than it can be read. */
function nested(levels: number): unknown {
  return JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
}

function expectSafe({ observations, group }: Webhook): void {
  for (const one of observations) observation.parse(one);
  const text = JSON.stringify({ observations, group });
  expect(text.isWellFormed()).toBe(true);
  expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
}

function largestMessage({ observations, group }: Webhook): number {
  const messages = reportMessages({
    reportId: 'r',
    acceptedAt: new Date(0),
    scope: 'default',
    source: { kind: 'grafana', instance: 'default' },
    group,
    observations,
    traceparent: '',
  });
  return Math.max(...messages.map(({ body }) => body.length));
}

describe('names and texts that do harm elsewhere', () => {
  it('names like parts of JavaScript are labels like others, and reach no prototype', () => {
    const webhook = fixture('odd/language-keys');
    expectSafe(webhook);
    expect(webhook.refused).toEqual([]);
    expect(webhook.observations.map(({ labels }) => labels['alertname'])).toEqual([
      'Plain1',
      'Ctor',
      'Proto',
      'Plain2',
    ]);
    expect(webhook.observations[1]?.labels).toMatchObject({
      toString: 'x',
      hasOwnProperty: '1',
      length: '3',
      'a.b c': 'd',
      température: '21',
      '🔥': 'y',
      '': 'emptyname',
    });
    expect(Object.hasOwn(webhook.observations[1]?.labels ?? {}, 'constructor')).toBe(false);
    expect(webhook.observations[2]?.notes).toEqual(['label __proto__: left out, its value was x']);
    expect(Object.hasOwn({}, 'x')).toBe(false);
  });

  it('of two equal keys the last one wins', () => {
    const json: unknown = JSON.parse(
      '{"alerts":[],"alerts":[{"status":"firing","labels":{"a":"1","a":"2"}}]}',
    );
    expect(webhookOf(json).observations.map(({ labels }) => labels)).toEqual([{ a: '2' }]);
  });

  it('NUL and control characters change nothing for the neighbours, and the same text stays the same', () => {
    const webhook = fixture('odd/nul-and-controls');
    expectSafe(webhook);
    expect(webhook.observations.map(({ labels }) => labels['alertname'])).toEqual(['Before', 'Nul', 'After']);
    expect(webhook.observations[1]?.labels).toEqual({ alertname: 'Nul', host: 'n2\ufffdx', 'k\ufffdy': 'v' });
    expect(webhook).toEqual(fixture('odd/nul-and-controls'));
  });

  it('markup and mentions are kept as text', () => {
    const webhook = fixture('odd/hostile-text');
    expectSafe(webhook);
    expect(webhook.refused).toEqual([]);
    expect(JSON.stringify(webhook.observations)).toContain('<!channel>');
  });

  it('a note about an odd name is itself safe', () => {
    const webhook = firing({ labels: { 'a\u0000b\ud800': 1 } });
    expectSafe(webhook);
    expect(webhook.observations[0]?.notes).toContain('label a\ufffdb\ufffd: number taken as text');
  });
});

describe('what is nested deeper than it can be written', () => {
  it('is cut in a label and in details', () => {
    const webhook = firing({ labels: { alertname: 'A', deep: nested(20_000) }, odd: nested(20_000) });
    expectSafe(webhook);
    expect(webhook.observations[0]?.labels['deep']?.length).toBeLessThan(100);
  });

  it('in an alert that is refused is cut in its letter, which says so', () => {
    const { refused } = webhookOf({ alerts: [{ status: 'odd', labels: { deep: nested(20_000) } }] });
    expect(refused[0]?.reason).toBe(
      'alerts[0].status is neither firing nor resolved (it is nested too deep to be kept whole)',
    );
    expect(webhookOf(JSON.parse(refused[0]?.body ?? '')).refused).toHaveLength(1);
  });

  it('in the group does not keep its alerts from being taken', () => {
    const webhook = webhookOf({ commonLabels: { a: nested(20_000) }, odd: nested(20_000), alerts: [7] });
    expectSafe(webhook);
    expect(webhook.refused).toHaveLength(1);
  });
});

describe('too much of something', () => {
  it('10,000 labels: the alert is refused whole, so that nothing of its identity is lost', () => {
    const labels = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`l${index}`, 'x']));
    const { refused } = firing({ labels });
    expect(refused[0]?.reason).toBe('alerts[0].labels has 10000 entries, at most 256 are taken');
    expect(JSON.parse(refused[0]?.body ?? '')).toEqual({ alerts: [{ status: 'firing', labels }] });
  });

  it('a title of 1 MB is cut to a text that is no other title’s, and noted', () => {
    const webhook = firing({
      labels: { alertname: 'x'.repeat(1_000_000) },
      annotations: { title: '火'.repeat(1_000_000) },
    });
    expectSafe(webhook);
    expect(webhook.observations[0]?.labels['alertname']).toHaveLength(LIMITS.labelValue);
    expect(webhook.observations[0]?.notes).toContain(
      'annotation title: cut from 1000000 to 32768 characters',
    );
  });

  it('two long label names with the same beginning stay two labels', () => {
    const long = 'n'.repeat(1_000);
    expect(
      Object.keys(firing({ labels: { [`${long}1`]: 'a', [`${long}2`]: 'b' } }).observations[0]?.labels ?? {}),
    ).toHaveLength(2);
  });

  it('annotations beyond the limit are set apart', () => {
    const annotations = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`a${index}`, 'x']));
    const [one] = firing({ annotations }).observations;
    expect(Object.keys(one?.annotations ?? {})).toHaveLength(LIMITS.annotations);
    expect(one?.details?.['furtherAnnotations']).toMatchObject({ a299: 'x' });
    expect(one?.notes).toEqual(['annotations: 44 of 300 set apart']);
  });

  it('a field that is too large is kept in part, beside the others', () => {
    const [one] = firing({ small: { kept: [1] }, large: 'x'.repeat(20_000) }).observations;
    expect(one?.details?.['small']).toEqual({ kept: [1] });
    expect(one?.details?.['large']).toHaveLength(LIMITS.detail);
    expect(one?.notes).toEqual([`field large: cut from 20002 to ${LIMITS.detail} characters`]);
  });

  it('the largest alert that is taken fits into a message', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`l${index}`, '\u001b'.repeat(500)]),
    );
    const annotations = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`a${index}`, '火'.repeat(20_000)]),
    );
    const common = Object.fromEntries(
      Array.from({ length: 64 }, (_, index) => [`c${index}`, '火'.repeat(4_000)]),
    );
    const body = {
      commonLabels: common,
      commonAnnotations: common,
      groupLabels: common,
      message: '火'.repeat(9_000),
    };
    const webhook = webhookOf({
      ...body,
      alerts: [
        { status: 'firing', labels, annotations: {} },
        { status: 'firing', labels: {}, annotations },
      ],
    });
    expectSafe(webhook);
    expect(largestMessage(webhook)).toBeLessThan(512 * 1024);
    expect(webhook.group.details?.['changed']).toContain('commonLabels: left out, the group is too large');
  });

  it('thousands of refused alerts share letters, and none is missing', () => {
    const alerts = Array.from({ length: 20_000 }, (_, index) => index);
    const { refused } = webhookOf({ receiver: 'r', title: 'x'.repeat(100_000), alerts });
    expect(refused.length).toBeLessThan(200);
    expect(refused.reduce((sum, { body }) => sum + body.length, 0)).toBeLessThan(1_000_000);
    expect(refused.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
    const bodies = refused.map(({ body }) => JSON.parse(body) as { receiver: string; alerts: number[] });
    expect(bodies.flatMap((body) => body.alerts)).toEqual(alerts);
    expect(new Set(bodies.map(({ receiver }) => receiver))).toEqual(new Set(['r']));
    expect(refused.at(-1)?.reason).toContain('the last of them: alerts[19999].alert is no object');
  });

  it('far too many alerts are no webhook', () => {
    let status: number | undefined;
    try {
      webhookOf({ alerts: Array.from({ length: 50_001 }, () => 7) });
    } catch (error) {
      status = error instanceof HttpProblem ? error.getStatus() : undefined;
    }
    expect(status).toBe(413);
  });
});

describe('values and times', () => {
  it('values that are no numbers are absent, and what they were is noted', () => {
    const [one] = firing({ values: { A: 0, B: null, C: 'NaN', D: '+Inf', E: '7.5', F: {} } }).observations;
    expect(one?.values).toEqual({ A: 0, B: null, C: null, D: null, E: 7.5, F: null });
    expect(one?.notes).toEqual([
      'value C: no number, it was NaN',
      'value D: no number, it was +Inf',
      'value F: no number, it was {}',
    ]);
  });

  it('values that are no object are kept as they came', () => {
    expect(firing({ values: 'B=3' }).observations[0]?.details).toEqual({ values: 'B=3' });
    expect(firing({ values: null }).observations[0]).not.toHaveProperty('details');
  });

  it('the zero time means none, also as the start of a resolved alert', () => {
    const [one] = webhookOf({
      alerts: [
        {
          status: 'resolved',
          labels: { alertname: 'Up' },
          startsAt: '0001-01-01T00:00:00Z',
          endsAt: '2026-03-02T07:42:30.584249Z',
        },
      ],
    }).observations;
    expect(one).not.toHaveProperty('startsAt');
    expect(one?.endsAt).toBe('2026-03-02T07:42:30.584Z');
  });

  it('an end before the start is passed on, and its neighbours with it', () => {
    const { observations, refused } = webhookOf({
      alerts: ['08:00:00Z', '08:09:59Z', '08:20:00Z'].map((end) => ({
        status: 'resolved',
        labels: { alertname: 'DiskFull' },
        startsAt: '2026-03-02T08:10:00Z',
        endsAt: `2026-03-02T${end}`,
      })),
    });
    expect([observations.length, refused.length]).toEqual([3, 0]);
  });

  it('an offset that leads out of the years there are is the fault of that alert alone', () => {
    expect(firing({ startsAt: '9999-12-31T23:59:59-14:00' }).refused.map(({ reason }) => reason)).toEqual([
      'alerts[0].startsAt is later than the year 9999',
    ]);
  });
});

describe('what a sender changes without meaning it', () => {
  it('empty and internal labels are no part of the identity', () => {
    const before = firing({
      labels: { alertname: 'A', host: 'h', zone: '', __alert_rule_namespace_uid__: 'n1' },
    });
    const after = firing({ labels: { alertname: 'A', host: 'h' } });
    expect(before.observations[0]?.labels).toEqual(after.observations[0]?.labels);
    expect(before.observations[0]?.details).toEqual({ hiddenLabels: { __alert_rule_namespace_uid__: 'n1' } });
  });

  it('a label as number and as text is the same label', () => {
    const [asNumber] = firing({
      labels: { shard: 8080, up: false, ratio: 0.5, team: null, tags: ['a'] },
    }).observations;
    const [asText] = firing({
      labels: { shard: '8080', up: 'false', ratio: '0.5', tags: '["a"]' },
    }).observations;
    expect(asNumber?.labels).toEqual(asText?.labels);
  });

  it('a group field of the wrong type is kept as it came', () => {
    const { group } = webhookOf({ alerts: [], truncatedAlerts: '3', commonLabels: 'none', orgId: null });
    expect(group.details).toEqual({ truncatedAlerts: '3', commonLabels: 'none', orgId: null });
  });
});

describe('whatever JSON stands in a webhook', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('__proto__', 'constructor', 'alertname', '\u0000', '\ud800'),
  );
  const alert = fc.oneof(
    fc.jsonValue(),
    fc.record({
      status: fc.constantFrom('firing', 'resolved'),
      labels: fc.oneof(fc.jsonValue(), fc.dictionary(name, fc.jsonValue({ stringUnit: 'binary' }))),
      annotations: fc.oneof(fc.jsonValue(), fc.dictionary(name, fc.string({ unit: 'binary' }))),
      values: fc.jsonValue(),
      startsAt: fc.oneof(
        fc.jsonValue(),
        fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      ),
      odd: fc.jsonValue({ stringUnit: 'binary' }),
    }),
  );

  it('each alert is either an observation that fits its schema and a message, or refused', () => {
    fc.assert(
      fc.property(fc.array(alert), fc.dictionary(name, fc.jsonValue()), (alerts, group) => {
        const webhook = webhookOf({ ...group, alerts });
        expect(webhook.observations.length + webhook.refused.length).toBe(alerts.length);
        expectSafe(webhook);
      }),
      { numRuns: 200 },
    );
  });
});
