import { firing, rulesAtOnce, TogetherStory } from '../decide/together.spec-support.js';
import { GraphView } from './graph-view.js';
import { Graph, type Standing } from './graph.js';
import type { Traits } from './traits.js';

const rules = rulesAtOnce();

function traitsIn(index: number): Traits {
  const story = new TogetherStory(rules);
  const labels = { alertname: 'PostgresDown', node: `worker-${index}`, service: 'cart-db', region: 'eu-1' };
  story.report('10:00', firing('09:00', labels, `"${index}" cannot reach orders-db ☃`));
  const traits = story.graph.get(story.alert.id)?.traits;
  if (traits === undefined) throw new Error('it is not in the graph');
  return traits;
}

function allOf(traits: Traits) {
  const { title, offers, needs, owns, mentions, nodes, alike, bursts, subject, areas } = traits;
  return { title, offers, needs, owns, mentions, nodes, alike, bursts, subject, areas };
}

it('traits are the same whether their details are put away or at hand', () => {
  const traits = traitsIn(1);
  traits.keepAtHand();
  const before = allOf(traits);
  expect(Object.values(before).every((one) => one !== undefined)).toBe(true);
  expect(before.areas).toEqual(new Map([['region', 'eu-1']]));
  traits.putAway();
  expect(allOf(traits)).toEqual(before);
  expect(traits.offers).not.toBe(before.offers);
  traits.putAway();
  traits.putAway();
  traits.keepAtHand();
  traits.keepAtHand();
  expect(allOf(traits)).toEqual(before);
});

it('details that are at hand only because somebody asked go again when others are asked for', () => {
  const [asked, ...others] = Array.from({ length: 1_002 }, (_, index) => traitsIn(index));
  if (asked === undefined) throw new Error('there are many');
  for (const one of [asked, ...others]) one.putAway();
  const first = asked.needs;
  expect(asked.needs).toBe(first);
  for (const one of others) expect(one.subject).toBe('cart-db');
  expect(asked.needs).not.toBe(first);
  expect(asked.needs).toEqual(first);
});

describe('a graph', () => {
  const standings = (): readonly [Standing, Standing] => {
    const story = new TogetherStory(rules);
    for (const alertname of ['AlphaOdd', 'BetaOdd'])
      story.report('10:00', firing('09:00', { alertname, node: 'worker-3' }));
    const [a, b] = ['AlphaOdd', 'BetaOdd'].map((name) => story.graph.get(story.alertOf(name).id));
    if (a === undefined || b === undefined) throw new Error('two were told');
    for (const { traits } of [a, b]) traits.keepAtHand();
    return [a, b];
  };
  it('puts away the details of what is alone, once it is committed', () => {
    const [a] = standings();
    const graph = new Graph();
    const { needs } = a.traits;
    new GraphView(graph).put(a);
    expect(a.traits.needs).toBe(needs);
    graph.apply({ standings: [a], over: [] });
    expect(a.traits.needs).not.toBe(needs);
  });

  it('keeps the details at hand of what belongs with others', () => {
    const [a, b] = standings();
    const graph = new Graph();
    const { needs } = b.traits;
    graph.apply({ standings: [a, { ...b, problemId: a.problemId }], over: [] });
    expect(b.traits.needs).toBe(needs);
  });

  it('has them at hand again of what joins others', () => {
    const [a, b] = standings();
    const graph = new Graph();
    graph.apply({ standings: [a, b], over: [] });
    graph.apply({ standings: [{ ...b, problemId: a.problemId }], over: [] });
    const { needs } = b.traits;
    for (let index = 0; index < 1_002; index += 1) {
      const other = traitsIn(index);
      other.putAway();
      expect(other.subject).toBe('cart-db');
    }
    expect(b.traits.needs).toBe(needs);
  });
});
