import { firing, over, TogetherStory } from '../decide/together.spec-support.js';
import { groupsOf, type Told } from './told.spec-support.js';

const proxy: Told = ['09:00', 'ProxyPanics', { service: 'edge-proxy' }];
const mailer: Told = ['09:01', 'MailerPanics', { service: 'mailer' }];

/** It lies deeper than what it names, and comes soon after it: it is not known to follow from that. */
function naming(summary: string, labels = {}, since = '09:01'): Told {
  return [since, 'SwitchDown', { device: 'sw-1', ...labels }, summary];
}

describe('what names something else', () => {
  it('goes with it, however deep either lies', () => {
    for (const text of ['edge-proxy closes all connections', 'cut off by the edge proxy'])
      expect(groupsOf(proxy, mailer, naming(text))).toEqual(['MailerPanics', 'ProxyPanics + SwitchDown']);
    expect(groupsOf(proxy, naming('closes all connections'))).toHaveLength(2);
  });

  it('goes with it where a label that nobody knows says so, and not where both only have that label', () => {
    const stuck = (name: string): Told => ['09:05', name, { pipeline: name, feeds_from: 'orders-main' }];
    const database: Told = ['09:00', 'DatabasePanics', { db: 'orders-main' }];
    const feed: Told = ['09:05', 'FeedStuck', { feed: 'f-1', feeds_from: 'orders-main' }];
    for (const order of [
      [database, feed],
      [feed, database],
    ])
      expect(groupsOf(...order)).toEqual(['DatabasePanics + FeedStuck']);
    expect(groupsOf(stuck('LogsStuck'), stuck('OrdersStuck'))).toHaveLength(2);
  });

  it('goes with it where it is called by that: a queue of what could not be handled, a replica', () => {
    const reserve: Told = ['09:00', 'FunctionPanics', { FunctionName: 'reserve' }];
    const letters = (queue: string): Told => ['09:07', 'LettersWait', { queue }];
    for (const order of [
      [reserve, letters('reserve-dlq')],
      [letters('reserve-dlq'), reserve],
    ])
      expect(groupsOf(...order)).toHaveLength(1);
    expect(groupsOf(reserve, letters('reserve-mail'))).toHaveLength(2);
  });

  it('goes with it where it reads from a cluster of stores, unless that only says something', () => {
    const of = (name: string, labels = {}): Told => ['09:00', name, { cluster: 'kafka-main', ...labels }];
    const lag = (group: string, topic: string): Told => [
      '09:04',
      `Lag of ${group}`,
      { cluster: 'kafka-main', consumergroup: group, topic },
    ];
    const lags = [lag('mailer', 'mails'), lag('search', 'pages')];
    for (const order of [
      [of('BrokerHeapHigh', { broker: 'b-2' }), ...lags],
      [...lags, of('BrokerHeapHigh', { broker: 'b-2' })],
    ])
      expect(groupsOf(...order)).toHaveLength(1);
    expect(groupsOf(of('BrokerTalks', { severity: 'info' }), ...lags)).toHaveLength(3);
    expect(groupsOf(...lags)).toHaveLength(2);
  });

  it('goes with the first of several, whichever is told first', () => {
    const both = naming('mailer and edge-proxy close all connections');
    for (const order of [
      [proxy, mailer, both],
      [mailer, both, proxy],
      [both, mailer, proxy],
    ])
      expect(groupsOf(...order)).toEqual(['MailerPanics', 'ProxyPanics + SwitchDown']);
  });

  it('goes with a later one where the first is too long ago, or somewhere else, whichever is told first', () => {
    const called = (since: string, name: string, labels = {}): Told => [
      since,
      name,
      { service: 'renderer', ...labels },
    ];
    const told = 'no longer seen by renderer';
    const late = naming(told, {}, '09:35');
    const [long, later] = [called('09:00', 'RendererPanics'), called('09:10', 'RendererStalls')];
    for (const order of [
      [late, long, later],
      [long, later, late],
    ])
      expect(groupsOf(...order)).toHaveLength(1);
    const here = naming(told, { environment: 'production' });
    const there = called('09:00', 'RendererPanics', { environment: 'staging' });
    const near = called('09:01', 'RendererStalls', { environment: 'production' });
    for (const order of [
      [here, there, near],
      [there, near, here],
    ])
      expect(groupsOf(...order)).toEqual(['RendererPanics', 'RendererStalls + SwitchDown']);
  });

  it('goes with what it follows from as well, whichever is told first', () => {
    const node: Told = ['09:00', 'KubeNodeNotReady', { node: 'worker-3' }];
    const onNode: Told = ['09:01', 'ShardStopped', { node: 'worker-3' }, 'renderer closes all connections'];
    const renderer: Told = ['09:00', 'RendererPanics', { service: 'renderer' }];
    for (const order of [
      [renderer, node, onNode],
      [onNode, renderer, node],
    ])
      expect(groupsOf(...order)).toEqual(['KubeNodeNotReady + RendererPanics + ShardStopped']);
  });

  it('goes with nothing that is elsewhere, was hours ago or is over', () => {
    const text = 'edge-proxy closes all connections';
    for (const label of ['environment', 'region']) {
      const here: Told = ['09:00', 'ProxyPanics', { service: 'edge-proxy', [label]: 'one' }];
      expect(groupsOf(here, naming(text, { [label]: 'one' }))).toHaveLength(1);
      expect(groupsOf(here, naming(text, { [label]: 'other' }))).toHaveLength(2);
    }
    const renderer: Told = ['09:00', 'RendererPanics', { service: 'renderer' }];
    expect(groupsOf(renderer, naming('no longer seen by renderer', {}, '09:30'))).toHaveLength(1);
    expect(groupsOf(renderer, naming('no longer seen by renderer', {}, '09:31'))).toHaveLength(2);
    const panics = { alertname: 'ProxyPanics', service: 'edge-proxy', node: 'worker-3' };
    for (const [since, isWith] of [
      ['09:02', true],
      ['09:04', false],
    ] as const) {
      const story = new TogetherStory();
      story.report('09:05', firing('09:00', panics));
      story.report('09:05', firing('09:00', { alertname: 'KubeNodeNotReady', node: 'worker-3' }));
      story.report('09:06', over('09:00', '09:03', panics));
      story.report('09:07', firing(since, { alertname: 'SwitchDown', device: 'sw-1' }, text));
      expect(story.groups).toHaveLength(isWith ? 1 : 2);
    }
  });

  it('goes with nothing where it says that it is its own fault', () => {
    const text = 'panic: nil pointer, edge-proxy closes all connections';
    expect(groupsOf(proxy, naming(text))).toHaveLength(2);
  });
});
