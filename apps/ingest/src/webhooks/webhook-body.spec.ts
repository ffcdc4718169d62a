import { readFileSync } from 'node:fs';
import { observation } from '@gomon/contracts';
import { HttpProblem } from '@gomon/service';
import { LIMITS } from './clean.js';
import { webhookOf } from './webhook-body.js';

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
}

function alertWith(more: object): unknown {
  return {
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'A' },
        annotations: {},
        startsAt: '2026-03-01T09:00:00Z',
        ...more,
      },
    ],
  };
}

/** The one observation of a webhook with one alert. */
function observed(more: object) {
  const { observations, refused } = webhookOf(alertWith(more));
  expect(refused).toEqual([]);
  const [one] = observations;
  if (one === undefined) throw new Error('no observation');
  return observation.parse(one);
}

function refusal(more: object): string | undefined {
  const { observations, refused } = webhookOf(alertWith(more));
  expect(observations).toEqual([]);
  return refused[0]?.reason;
}

describe('a Grafana webhook', () => {
  it('keeps every field of an alert and of its group', () => {
    const { observations, group } = webhookOf(fixture('grafana/firing-single'));
    expect(observations).toMatchObject([{ status: 'firing', ruleUid: 'cdw5kq2p1x8jka' }]);
    const [one] = observations;
    expect(Object.keys(one ?? {}).sort()).toEqual(
      expect.arrayContaining([
        'annotations',
        'dashboardUrl',
        'generatorUrl',
        'imageUrl',
        'labels',
        'panelUrl',
        'ruleUid',
        'senderFingerprint',
        'silenceUrl',
        'startsAt',
        'status',
        'valueString',
        'values',
      ]),
    );
    expect(one).not.toHaveProperty('endsAt');
    expect(group).toMatchObject({ status: 'firing', details: { state: 'alerting', version: '1' } });
  });

  it('with null as values is as good as any', () => {
    const { observations, refused } = webhookOf(fixture('grafana/firing-values-null'));
    expect(refused).toEqual([]);
    expect(observations).toMatchObject([{ status: 'firing' }]);
    expect(observations[0]).not.toHaveProperty('values');
    expect(observations[0]).not.toHaveProperty('dashboardUrl');
  });

  it('goes by the status of each alert and not by that of the group', () => {
    const { observations } = webhookOf(fixture('grafana/mixed-firing-and-resolved'));
    expect(observations.map(({ status }) => status).sort()).toEqual(['firing', 'resolved', 'resolved']);
    expect(observations.filter(({ stateReason }) => stateReason === 'MissingSeries')).toHaveLength(1);
    expect(observations.filter(({ startsAt, endsAt }) => startsAt === endsAt)).toHaveLength(1);
  });

  it('that is cut off resolves the listed alerts alone and says how many are missing', () => {
    const { observations, group } = webhookOf(fixture('grafana/resolved-truncated'));
    expect(observations).toHaveLength(2);
    expect(group.truncatedAlerts).toBe(3);
  });

  it('of rules that could not be evaluated takes -1 for no measurement', () => {
    const { observations } = webhookOf(fixture('grafana/datasource-nodata-and-error'));
    expect(observations).toHaveLength(2);
    expect(observations[1]?.details).toEqual({ values: { A: -1, C: -1 } });
    for (const one of observations) {
      expect(one).not.toHaveProperty('values');
      expect(one.labels).toHaveProperty('rulename');
      expect(one.ruleUid).toBeDefined();
    }
  });

  it('with any script and a long annotation is kept whole, its time in UTC', () => {
    const [one] = webhookOf(fixture('grafana/unicode-and-long-annotation')).observations;
    expect(one?.notes).toBeUndefined();
    expect(one?.startsAt).toMatch(/^2026-.*\.\d{3}Z$/);
    expect(Math.max(...Object.values(one?.annotations ?? {}).map(({ length }) => length))).toBeGreaterThan(
      5_000,
    );
  });

  it('without alerts is taken and holds nothing', () => {
    expect(webhookOf(fixture('grafana/empty-alerts'))).toMatchObject({ observations: [], refused: [] });
  });

  it('keeps unknown fields and the order of its alerts', () => {
    const { observations } = webhookOf(fixture('grafana/odd-repeated-fingerprint-future-endsat-new-fields'));
    expect(observations.map(({ status }) => status)).toEqual(['firing', 'resolved']);
    expect(observations[0]?.details).toBeDefined();
  });
});

describe('an Alertmanager webhook', () => {
  it.each(['webhook-firing', 'webhook-mixed-utf8', 'webhook-resolved-truncated-new-fields'])(
    '%s is taken whole',
    (name) => {
      const { observations, refused } = webhookOf(fixture(`alertmanager/${name}`));
      expect(refused).toEqual([]);
      expect(observations.length).toBeGreaterThan(0);
      for (const one of observations) observation.parse(one);
    },
  );
});

describe('labels', () => {
  it('that are no text become text, null and empty ones are missing', () => {
    expect(observed({ labels: { a: 1, b: true, c: null, d: '', e: { x: [1] } } }).labels).toEqual({
      a: '1',
      b: 'true',
      e: '{"x":[1]}',
    });
  });

  it('that are the sender’s own are set apart and kept', () => {
    const one = observed({ labels: { alertname: 'A', __alert_rule_uid__: 'u1', __x__: 'y' } });
    expect(one.labels).toEqual({ alertname: 'A' });
    expect(one.ruleUid).toBe('u1');
    expect(one.details).toEqual({ hiddenLabels: { __alert_rule_uid__: 'u1', __x__: 'y' } });
  });

  it('named like parts of JavaScript are labels like others', () => {
    const { observations } = webhookOf(
      JSON.parse(
        '{"alerts":[{"status":"firing","labels":{"__proto__":"x","constructor":"y","toString":"z"}}]}',
      ),
    );
    expect(observations[0]?.labels).toEqual({ constructor: 'y', toString: 'z' });
  });

  it('that are too long keep a hash of the whole, so that two conditions do not become one', () => {
    const long = 'x'.repeat(1_000_000);
    const one = observed({ labels: { alertname: `${long}1` } }).labels['alertname'] ?? '';
    const two = observed({ labels: { alertname: `${long}2` } }).labels['alertname'] ?? '';
    expect(one.length).toBeLessThanOrEqual(LIMITS.labelValue);
    expect(one).not.toBe(two);
  });

  it('with NUL and lone surrogates are cleaned, and that is said', () => {
    const one = observed({ labels: { alertname: 'a\u0000b\ud800' }, annotations: { s: '\udfff' } });
    expect(one.labels).toEqual({ alertname: 'a\ufffdb\ufffd' });
    expect(one.notes).toEqual(
      expect.arrayContaining(['label alertname: NUL replaced', 'annotation s: lone surrogate replaced']),
    );
  });
});

describe('an alert that cannot be taken', () => {
  it.each([
    ['status', { status: 'pending' }, 'alerts[0].status is neither firing nor resolved'],
    ['labels', { labels: [] }, 'alerts[0].labels is no object'],
    [
      'many labels',
      { labels: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`l${index}`, 'x'])) },
      'alerts[0].labels has 10000 entries, at most 256 are taken',
    ],
    ['annotations', { annotations: 'text' }, 'alerts[0].annotations is no object'],
    ['startsAt', { startsAt: 'yesterday' }, 'alerts[0].startsAt is not an RFC 3339 time: "yesterday"'],
    ['endsAt', { endsAt: 5 }, 'alerts[0].endsAt is no text'],
  ])('by its %s is refused alone, with the field and the reason', (_, more, reason) => {
    expect(refusal(more)).toBe(reason);
  });

  it('does not stop its neighbours, and can be sent again alone', () => {
    const good = { status: 'firing', labels: { alertname: 'Good' } };
    const { observations, refused } = webhookOf({ receiver: 'r', alerts: [good, 7, good] });
    expect(observations).toHaveLength(2);
    expect(refused).toEqual([
      { index: 1, count: 1, reason: 'alerts[1].alert is no object', body: '{"receiver":"r","alerts":[7]}' },
    ]);
  });

  it('is one that is too large even without its long texts', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`l${index}`, 'x'.repeat(4_000)]),
    );
    expect(refusal({ labels })).toMatch(/^alerts\[0\]\.alert takes \d+ bytes/);
  });
});

describe('a body that is no webhook', () => {
  it.each([
    [[], '', 'must be an object'],
    [{}, 'alerts', 'is missing'],
    [{ alerts: {} }, 'alerts', 'must be an array'],
  ])('%j is 400 and names the field', (json, field, message) => {
    expect(() => webhookOf(json)).toThrow(HttpProblem);
    try {
      webhookOf(json);
    } catch (error) {
      expect(error instanceof HttpProblem && [error.getStatus(), error.body()['errors']]).toEqual([
        400,
        [{ field, message }],
      ]);
    }
  });
});
