import { firing, rulesAtOnce, TogetherStory } from '../decide/together.spec-support.js';
import { groupsOf, type Told } from './told.spec-support.js';

const BAD = { severity: 'critical' };
const minute = (index: number) => `09:0${index}`;
const several = (count: number, one: (index: number) => Told): readonly Told[] =>
  Array.from({ length: count }, (_, index) => one(index));

describe('urgent alerts of one name', () => {
  const shops = (count: number, severity: string) =>
    groupsOf(
      ...several(count, (index): Told => [
        minute(index),
        'CheckoutBroken',
        { service: `shop-${index}`, severity },
      ]),
    );

  it('are one problem from three on that follow each other', () => {
    expect([shops(2, 'critical').length, shops(3, 'critical').length]).toEqual([2, 1]);
  });

  it('are so by the name of their rule, where each alarm has a name of its own', () => {
    const alarm = (index: number): Told => [
      minute(index),
      'HealthyHostCountZero',
      { AlarmName: `alb-${index}-healthy`, LoadBalancer: `app/lb-${index}`, ...BAD },
    ];
    expect([groupsOf(...several(2, alarm)).length, groupsOf(...several(3, alarm)).length]).toEqual([2, 1]);
  });

  it('are not, where the rules say that they are not urgent, whatever their sender says', () => {
    const story = new TogetherStory(rulesAtOnce({ severity: [{ name: 'never urgent', severity: 'P3' }] }));
    for (let index = 0; index < 4; index += 1)
      story.report(
        `10:1${index}`,
        firing(minute(index), { alertname: 'CheckoutBroken', service: `shop-${index}`, ...BAD }),
      );
    expect(story.groups).toHaveLength(4);
  });

  it('are not, where they are not urgent', () => {
    expect(shops(4, 'warning')).toHaveLength(4);
  });
});

describe('urgent symptoms of all kinds', () => {
  const symptoms: readonly Told[] = [
    ['09:00', 'SessionsRejected', { service: 'chat', ...BAD }],
    ['09:01', 'UploadErrors', { service: 'images', ...BAD }],
    ['09:02', 'SearchLatencyHigh', { service: 'search', ...BAD }],
  ];
  const outside: Told = ['09:03', 'ProbeFailed', { url: 'https://www.shop.example/', ...BAD }];

  it('are an outage, where one of four is seen from outside', () => {
    expect(groupsOf(...symptoms, outside)).toHaveLength(1);
  });

  it('are none where nobody outside has seen it, or they are fewer', () => {
    expect(groupsOf(...symptoms, ['09:03', 'OrderErrors', { service: 'orders', ...BAD }])).toHaveLength(4);
    expect(groupsOf(...symptoms.slice(1), outside)).toHaveLength(3);
  });

  it('take in no P0: that gets through by itself', () => {
    const p0: Told = ['09:02', 'PaymentErrors', { service: 'pay', severity: 'P0' }];
    expect(groupsOf(...symptoms, outside, p0)).toContain('PaymentErrors');
  });
});

describe('alerts of one name', () => {
  const failing = (count: number, description: (index: number) => string, at = minute) => {
    const story = new TogetherStory();
    for (let index = 0; index < count; index += 1) {
      const labels = {
        alertname: 'ClientUnavailable',
        service: `app-${index}`,
        team: `team-${index}`,
        part: `${index}`,
      };
      story.report(`10:1${index}`, {
        ...firing(at(index), labels),
        annotations: { description: description(index) },
      });
    }
    return story.groups;
  };
  const reason = (index: number) => `app-${index}: the name resolver returned an empty list`;

  it('that say the same beside their names and numbers within a minute are one problem', () => {
    expect(failing(2, reason)).toHaveLength(1);
    expect(failing(2, reason, (index) => `09:0${2 * index}`)).toHaveLength(2);
  });

  it('that have the same labels, but for on whom they wait, are one problem from three on', () => {
    const waiting = (index: number): Told => [
      minute(index),
      'ClientUnavailable',
      { service: `app-${index}`, upstream: `backend-${index}`, part: 'clients' },
    ];
    expect([groupsOf(...several(2, waiting)).length, groupsOf(...several(3, waiting)).length]).toEqual([
      2, 1,
    ]);
  });

  it('that are errors, latency and the like are so from three on, unless they say that it is their own fault', () => {
    const words = ['header', 'body', 'trailer'];
    const errors =
      (text: string) =>
      (index: number): Told => [
        minute(index),
        'CallErrors',
        { service: `app-${index}`, namespace: `team-${index}` },
        text === '' ? '' : `${text} ${words[index] ?? ''}`,
      ];
    expect([2, 3].map((count) => groupsOf(...several(count, errors(''))).length)).toEqual([2, 1]);
    expect(groupsOf(...several(3, errors('could not parse the')))).toHaveLength(3);
    const late = (index: number): Told => [minute(index), 'ImportOdd', { service: `app-${index}` }];
    expect(groupsOf(...several(3, late))).toHaveLength(3);
  });

  it('that name the same are so from three on, however deep they lie', () => {
    const rejected = (index: number): Told => [
      minute(index),
      'PasswordRejected',
      { service: `app-${index}`, namespace: `team-${index}` },
      'unknown key 7f3a',
    ];
    expect([2, 3].map((count) => groupsOf(...several(count, rejected)).length)).toEqual([2, 1]);
  });

  it('are so where one of them is explained by what alone would explain it', () => {
    const ceph: Told = ['08:58', 'CephHealthError', BAD];
    const errors = (index: number): Told => [
      minute(index),
      'UploadErrors',
      { service: `app-${index}`, namespace: 'media', ...(index === 1 ? BAD : { severity: 'warning' }) },
    ];
    expect(groupsOf(ceph, ...several(3, errors))).toHaveLength(1);
  });

  it('are apart where they say different things, or next to nothing', () => {
    const words = ['full', 'gone', 'locked', 'late'];
    expect(
      failing(4, (index) => `app-${index}: the list of addresses is ${words[index] ?? ''}`),
    ).toHaveLength(4);
    expect(failing(4, (index) => `app-${index} is unavailable`)).toHaveLength(4);
  });
});

describe('mixed troubles', () => {
  const NAMES = ['JobLate', 'DiskSlow', 'QueueBacklog', 'CacheOdd', 'ImportErrors', 'HighLatency'];
  const on = (place: Readonly<Record<string, string>>, count: number, text = '') =>
    groupsOf(
      ...several(count, (index): Told => [
        minute(index),
        NAMES[index] ?? '',
        { service: `app-${index}`, namespace: `team-${index}`, ...place },
        text,
      ]),
    );

  it('on one node, or in one zone, are no chance from six on', () => {
    for (const place of [{ node: 'worker-3' }, { zone: 'eu-1a' }])
      expect([on(place, 5).length, on(place, 6).length]).toEqual([5, 1]);
  });

  it('are none of those that say why they happen', () => {
    for (const place of [{ node: 'worker-3' }, { zone: 'eu-1a' }])
      expect(on(place, 6, 'could not parse the header')).toHaveLength(6);
  });
});
