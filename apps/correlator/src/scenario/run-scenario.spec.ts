import { fixture, judged, played } from './scenario.spec-support.js';

const disk = 'labels: {alertname: DiskFull, severity: warning}';
const firing = (at: number, labels = disk, source = 'grafana') =>
  `{at: ${at}, source: ${source}, status: firing, ${labels}}`;
const resolved = (at: number, labels = disk) => `{at: ${at}, source: grafana, status: resolved, ${labels}}`;
const urgent = 'labels: {alertname: Down, severity: critical}';

describe('a scenario', () => {
  it.each(['one-alert', 'maintenance', 'generated'])('%s comes out as it expects', (name) => {
    expect(judged(fixture(name))).toMatchObject({ ok: true, failures: [] });
  });

  it('of one alert has one problem, told when its hold is over', () => {
    const { problems, notifications, incidents, observations } = played([
      firing(10),
      firing(70),
      resolved(90),
    ]);
    expect(problems).toEqual([
      expect.objectContaining({
        primary: { alertname: 'DiskFull', severity: 'warning' },
        severity: 'P2',
        reason: expect.stringContaining('severity="warning" means P2') as string,
        members: [{ source: 'grafana', labels: { alertname: 'DiskFull', severity: 'warning' }, firstAt: 10 }],
      }),
    ]);
    expect(notifications).toEqual([expect.objectContaining({ at: 11, channel: '#k8s-healthchecks' })]);
    expect([incidents, observations]).toEqual([[], 3]);
  });

  it('of an urgent alert opens an incident, and tells at once', () => {
    const { incidents, notifications } = played([firing(10, urgent)]);
    const primary = { alertname: 'Down', severity: 'critical' };
    expect(incidents).toEqual([expect.objectContaining({ at: 10, primary })]);
    expect(notifications).toEqual([expect.objectContaining({ at: 10, channel: '#alert-critical', primary })]);
  });

  it('may have its steps in any order', () => {
    const steps = [firing(10), resolved(90), firing(200), firing(20, urgent)];
    expect(played(steps.toReversed())).toEqual(played(steps));
  });

  it('fires again in another problem', () => {
    const { problems, notifications } = played([firing(10), resolved(90), firing(500)]);
    expect(notifications.map(({ at }) => at)).toEqual([11, 501]);
    // The pair is in the problem in which it fired last.
    expect(problems.map(({ id }) => id)).toEqual([notifications[1]?.problemId]);
  });

  it('tells again what nobody acknowledges, in the same conversation', () => {
    const { notifications, why, problems } = played([firing(0, urgent), firing(1_300, urgent)]);
    expect(notifications).toHaveLength(1);
    expect(why.filter((line) => line.includes('reminded'))).toEqual([
      expect.stringMatching(/^300 s: /),
      expect.stringMatching(/^600 s: /),
      expect.stringMatching(/^900 s: Down: reminded: escalated: nobody/),
    ]);
    expect(problems[0]?.severity).toBe('P1');
  });

  it('goes on for two minutes after its last step', () => {
    const remindedAt = (last: number) =>
      played([firing(0, urgent), firing(last, urgent)]).why.some((line) => line.includes('reminded'));
    expect([remindedAt(179), remindedAt(181)]).toEqual([false, true]);
  });

  it('has people who act on alerts by their labels', () => {
    const { why } = played([
      firing(0, urgent),
      '{at: 5, command: acknowledge, alert: {alertname: Down}, user: U7, note: on it}',
      '{at: 6, command: assign, alert: {alertname: "~Do.*"}, to: Alice}',
      '{at: 7, command: note, alert: {alertname: Down}, text: a cable}',
      '{at: 8, command: unacknowledge, alert: {alertname: Down}}',
      '{at: 9, command: escalate, alert: {alertname: Down}}',
      '{at: 10, command: deescalate, alert: {alertname: Down}, to: P3}',
      '{at: 11, command: resolve, alert: {alertname: Down}, reason: replaced}',
      '{at: 12, command: reopen, alert: {alertname: Down}}',
    ]);
    expect(why).toEqual([
      expect.stringContaining('0 s: Down: fired'),
      '5 s: Down: acknowledged: acknowledged by U7: on it',
      '6 s: Down: assigned: assigned to Alice by U1',
      '7 s: Down: noted: note by U1: a cable',
      expect.stringContaining('8 s: Down: unacknowledged'),
      expect.stringContaining('9 s: Down: escalated: escalated from P1 to P0 by U1'),
      expect.stringContaining('10 s: Down: deescalated: de-escalated from P0 to P3 by U1'),
      '11 s: Down: resolved: resolved by U1: replaced',
      expect.stringContaining('12 s: Down: reopened'),
    ]);
  });

  it('has people who decide which alerts are one problem', () => {
    const odd = (at: number, name: string) =>
      `{at: ${at}, source: grafana, status: firing, labels: {alertname: ${name}, severity: warning}}`;
    const { why, problems } = played([
      odd(0, 'AlphaOdd'),
      odd(0, 'BetaOdd'),
      odd(0, 'GammaOdd'),
      '{at: 5, command: merge, alert: {alertname: AlphaOdd}, into: {alertname: BetaOdd}, reason: one cable}',
      '{at: 6, command: move, alert: {alertname: AlphaOdd}, into: {alertname: GammaOdd}}',
      '{at: 7, command: split, alert: {alertname: GammaOdd}, user: U7}',
    ]);
    expect(why.slice(3).filter((line) => !line.includes('placed'))).toEqual([
      '5 s: AlphaOdd: merged: part of BetaOdd: merged by U1: one cable',
      '6 s: AlphaOdd: moved: from AlphaOdd to GammaOdd, moved by U1',
      '7 s: GammaOdd: split: split off from AlphaOdd by U7',
    ]);
    expect(problems.map(({ members }) => members.map(({ labels }) => labels['alertname'])).sort()).toEqual([
      ['AlphaOdd'],
      ['BetaOdd'],
      ['GammaOdd'],
    ]);
  });

  it('says that a person meant an alert that is not there, and what was refused', () => {
    const { failures } = judged(`
name: nothing there
steps:
  - {at: 3, command: acknowledge, alert: {alertname: Nope}}
  - {at: 3, command: merge, alert: {alertname: Nope}, into: {alertname: Nor}}
  - {at: 4, command: unsilence}
  - {at: 5, command: silence, matchers: ['a=~".*"']}
`);
    expect(failures).toEqual([
      'at 3 s: acknowledge: no alert has alertname="Nope"',
      'at 3 s: merge: no alert has alertname="Nope", or none has alertname="Nor"',
      'at 4 s: unsilence: no such silence is in force',
      expect.stringMatching(/^at 5 s: refused: matchers: /),
    ]);
  });

  it('is quiet while a silence lasts, and told when that ends', () => {
    const silence = '{at: 0, command: silence, alert: {alertname: Down}, duration: 60, user: U7}';
    const { notifications, incidents, mutes } = played([silence, firing(10, urgent)]);
    expect([notifications, incidents].map((all) => all.map(({ at }) => at))).toEqual([[60], [60]]);
    expect(mutes).toEqual([
      expect.objectContaining({ at: 10, why: expect.stringContaining('silenced by U7') as string }),
    ]);
  });

  it('is told when a person ends the silence', () => {
    const steps = [
      '{at: 0, command: silence, alert: {alertname: Down}}',
      '{at: 0, command: silence, alert: {alertname: Other}}',
      firing(10, urgent),
    ];
    const unsilence = (alert: string) => `{at: 30, command: unsilence, alert: {alertname: ${alert}}}`;
    expect(played(steps).notifications).toEqual([]);
    expect(played([...steps, unsilence('Other')]).notifications).toEqual([]);
    expect(played([...steps, unsilence('Down')]).notifications).toEqual([
      expect.objectContaining({ at: 30 }),
    ]);
  });

  it('mutes what fires already from the beginning of a silence on', () => {
    const silence = '{at: 20, command: silence, matchers: [alertname=Down]}';
    const { mutes, notifications } = played([firing(10, urgent), silence]);
    expect(mutes).toEqual([expect.objectContaining({ at: 20 })]);
    expect(notifications).toHaveLength(1);
  });

  it('mutes by inhibition until what mutes ends', () => {
    const config =
      'config: {inhibit: [{source_matchers: [alertname=Down], target_matchers: [alertname=DiskFull], equal: []}]}';
    const { mutes, notifications } = played([firing(0, urgent), firing(10), resolved(50, urgent)], config);
    expect(mutes).toEqual([expect.objectContaining({ at: 10 })]);
    expect(notifications.map(({ at }) => at)).toEqual([0, 50]);
  });

  it('raises an alert when a sign of life stops, which is no alert itself', () => {
    const config =
      'config: {heartbeats: [{name: watchdog, matchers: [alertname=Watchdog], every: 60s, severity: P1}]}';
    const watchdog = 'labels: {alertname: Watchdog, severity: none}';
    const { problems, notifications } = played([firing(0, watchdog), firing(30, watchdog)], config);
    expect(problems.map(({ primary, members }) => [primary['alertname'], members.length])).toEqual([
      ['Watchdog', 1],
      ['HeartbeatMissing', 1],
    ]);
    expect(problems[0]?.reason).toContain('sign of life');
    expect(notifications).toEqual([expect.objectContaining({ at: 90, problemId: problems[1]?.id })]);
  });

  it('counts every label set as a member, where volatile labels make one alert of many', () => {
    const value = (text: string) => `labels: {alertname: Hot, value: "${text}"}`;
    const { problems, notifications } = played([
      firing(0, value('1')),
      firing(5, value('2')),
      firing(9, value('1')),
    ]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.members.map(({ labels, firstAt }) => [labels['value'], firstAt])).toEqual([
      ['1', 0],
      ['2', 5],
    ]);
    expect(notifications).toHaveLength(1);
  });

  it('has members that were in two problems in the one in which they fired last', () => {
    const value = (text: string) => `labels: {alertname: Hot, value: "${text}"}`;
    const { problems } = played([firing(0, value('1')), resolved(5, value('1')), firing(500, value('2'))]);
    expect(problems.map(({ members }) => members.map(({ labels }) => labels['value']))).toEqual([
      ['1'],
      ['2'],
    ]);
  });

  it('tells the same labels of two sources apart', () => {
    const { problems } = played([firing(0), firing(0, disk, 'alertmanager')]);
    expect(problems.map(({ members }) => members.map(({ source }) => source))).toEqual([
      ['grafana'],
      ['alertmanager'],
    ]);
  });

  it('may say when an alert began: an old one is late', () => {
    const since = (at: number, startsAt: number) =>
      `{at: ${at}, source: grafana, status: firing, startsAt: ${startsAt}, ${disk}}`;
    const { notifications, why } = played([since(10, 5), resolved(20), since(30, 5)]);
    expect(notifications).toHaveLength(1);
    expect(why).toContainEqual(expect.stringMatching(/^30 s: DiskFull: late/));
  });
});
