import type { RulesFileInput } from '@gomon/contracts';
import { at, rulesBy, saying, Story } from '../decide/story.spec-support.js';
import { matchesIn, RuleMatches } from './rule-matches.js';

const file: RulesFileInput = {
  severity: [{ name: 'money', matchers: ['team="pay"'], severity: 'P0' }, { severity: 'P2' }],
  identity: { rules: [{ name: 'by name', matchers: ['team="pay"'], labels: ['alertname'] }] },
  receivers: [{ name: 'all', slack: { channel: '#all' } }],
  route: {
    receiver: 'all',
    routes: [
      {
        name: 'urgent',
        severities: ['P0'],
        routes: [{ matchers: ['team="shop"'] }, { matchers: ['team="pay"'] }],
      },
    ],
  },
  owners: [{ name: 'pay', matchers: ['team="pay"'] }],
  runbooks: [{ name: 'wiki', matchers: ['team=~".+"'], url: 'https://wiki.example' }],
  inhibit: [{ name: 'node', source_matchers: ['alertname="NodeDown"'], target_matchers: ['team="pay"'] }],
  heartbeats: [{ name: 'prometheus', matchers: ['alertname="Watchdog"'] }],
};
const paying = saying('firing', { labels: { alertname: 'Checkout', team: 'pay' } });
const nodeDown = saying('firing', { labels: { alertname: 'NodeDown' } });
const watchdog = saying('firing', { labels: { alertname: 'Watchdog' } });

/** What matched in the newest transaction of a story. */
function matched({ last, rules }: Story): readonly string[] {
  if (last === undefined) throw new Error('nothing was decided');
  return [...matchesIn(last, rules)].map(({ section, rule }) => `${section}: ${rule}`);
}

describe('a rule matches', () => {
  it('an alert that begins, each section by the one that decides, routes from the outermost inwards', () => {
    const story = new Story(rulesBy(file));
    story.report('09:00', paying);
    expect(matched(story)).toEqual([
      'severity: money',
      'identity: by name',
      'route: route',
      'route: urgent',
      'route: route.routes[0].routes[1]',
      'owners: pay',
      'runbooks: wiki',
    ]);
    story.report('09:01', saying('firing', { labels: { alertname: 'Other' } }));
    expect(matched(story)).toEqual(['severity: severity[1]', 'route: route']);
  });

  it('not by what is said of a known alert', () => {
    const story = new Story(rulesBy(file));
    story.report('09:00', paying);
    story.report('09:01', paying);
    expect(matched(story)).toEqual([]);
    story.report('09:02', { ...paying, status: 'resolved' });
    expect(matched(story)).toEqual([]);
    story.report('09:30', paying);
    expect(matched(story)).toContain('severity: money');
  });

  it('as a route none, where the alert names its channel', () => {
    const story = new Story(rulesBy({ ...file, channel_label: 'slack' }));
    story.report('09:00', saying('firing', { labels: { alertname: 'A', slack: 'team-a' } }));
    expect(matched(story)).toEqual(['severity: severity[1]']);
  });

  it('as an inhibition when it begins to mute a problem', () => {
    const story = new Story(rulesBy(file));
    story.report('09:00', nodeDown);
    expect(matched(story)).not.toContain('inhibit: node');
    story.report('09:01', paying);
    expect(matched(story).filter((one) => one === 'inhibit: node')).toHaveLength(1);
    story.report('09:02', { ...paying, annotations: { summary: 'still' } });
    expect(matched(story)).toEqual([]);
  });

  it('as a heartbeat each time that it is heard, and not when it is missed', () => {
    const story = new Story(rulesBy(file));
    story.report('09:00', watchdog);
    expect(matched(story)).toEqual(['heartbeats: prometheus']);
    story.report('09:01', watchdog);
    expect(matched(story)).toEqual(['heartbeats: prometheus']);
    story.tickHeartbeats('+1 09:00');
    expect(matched(story)).toEqual(['severity: severity[1]', 'route: route']);
  });
});

it('what was taken and could not be written is added to what came after it', () => {
  const story = new Story(rulesBy(file));
  const matches = new RuleMatches();
  const count = (clock: string) => {
    story.report(clock, watchdog);
    if (story.last !== undefined) matches.count(story.last, story.rules, at(clock));
  };
  count('09:00');
  count('09:01');
  const taken = matches.take();
  expect(taken).toEqual([{ section: 'heartbeats', rule: 'prometheus', matches: 2, lastAt: at('09:01') }]);
  count('09:02');
  matches.putBack(taken);
  expect(matches.take()).toMatchObject([{ matches: 3, lastAt: at('09:02') }]);
  expect(matches.take()).toEqual([]);
});
