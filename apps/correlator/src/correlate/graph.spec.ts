import type { Labels } from '@gomon/contracts';
import fc from 'fast-check';
import { firing, TogetherStory } from '../decide/together.spec-support.js';
import { GraphView } from './graph-view.js';
import { isBefore, placeFrom } from './by-onset.js';
import { Graph, type Standing } from './graph.js';
import { hashOf } from './place-table.js';

/** Standings of alerts that have nothing to do with each other, each in a problem of its own. */
function standingsOf(...alerts: readonly (readonly [name: string, since: string, labels?: Labels])[]) {
  const story = new TogetherStory();
  for (const [alertname, since, labels] of alerts)
    story.report('10:00', firing(since, { alertname, ...labels }));
  return alerts.map(([name]): Standing => {
    const standing = story.graph.get(story.alertOf(name).id);
    if (standing === undefined) throw new Error(`${name} is not in the graph`);
    return standing;
  });
}

function threeAtOneNode(): readonly [Graph, Standing, Standing, Standing] {
  const [a, b, c] = standingsOf(
    ['AlphaOdd', '09:02', { node: 'worker-3' }],
    ['BetaOdd', '09:01', { node: 'worker-3' }],
    ['GammaOdd', '09:03', { node: 'worker-3' }],
  );
  if (a === undefined || b === undefined || c === undefined) throw new Error('three were told');
  const graph = new Graph();
  for (const one of [a, b, c]) graph.put(one);
  return [graph, a, b, c];
}

const titles = (lists: Iterable<readonly [unknown, readonly Standing['traits'][]]>) =>
  [...lists].map(([, list]) => list.map(({ title }) => title));

/** Lists of several kinds of alerts, whichever kind came first. */
const byFirst = (lists: readonly (readonly string[])[]) =>
  lists.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1));

describe('a graph', () => {
  it('finds alerts by what they need, in the order of their beginnings', () => {
    const [graph] = threeAtOneNode();
    expect(titles(graph.needing('node:worker-3'))).toEqual([['BetaOdd', 'AlphaOdd', 'GammaOdd']]);
    expect(titles(graph.needing('node:worker-4'))).toEqual([]);
  });

  it('has each alert in one problem', () => {
    const [graph, a, b] = threeAtOneNode();
    graph.put({ ...a, problemId: b.problemId });
    expect([...graph.membersOf(b.problemId)]).toEqual([b.traits.id, a.traits.id]);
    expect([...graph.membersOf(a.problemId)]).toEqual([]);
    expect(titles(graph.needing('node:worker-3'))).toEqual([['BetaOdd', 'AlphaOdd', 'GammaOdd']]);
  });

  it('tells alerts apart whose keys have one hash', () => {
    const [one, other] = ['1quvr06-gnikje', 'i1v9sn-rtymf5'];
    expect(hashOf(`node:${one}`)).toBe(hashOf(`node:${other}`));
    const [a, b, c] = standingsOf(
      ['AlphaOdd', '09:02', { node: one ?? '' }],
      ['BetaOdd', '09:01', { node: other ?? '' }],
      ['GammaOdd', '09:03', { node: other ?? '' }],
    );
    if (a === undefined || b === undefined || c === undefined) throw new Error('three were told');
    const graph = new Graph();
    const both = () => [graph.needing(`node:${one}`), graph.needing(`node:${other}`)].map(titles);
    graph.put(a);
    expect(both()).toEqual([[['AlphaOdd']], []]);
    graph.put(b);
    expect(both()).toEqual([[['AlphaOdd']], [['BetaOdd']]]);
    graph.put(c);
    expect(both()).toEqual([[['AlphaOdd']], [['BetaOdd', 'GammaOdd']]]);
    graph.remove(a.traits.id);
    expect(both()).toEqual([[], [['BetaOdd', 'GammaOdd']]]);
    for (const { traits } of [b, c]) graph.remove(traits.id);
    expect(both()).toEqual([[], []]);
  });

  it('keeps nothing of a problem that is over', () => {
    const [graph, a, b, c] = threeAtOneNode();
    graph.apply({ standings: [{ ...b, problemId: a.problemId }], over: [a.problemId, 'unknown'] });
    expect([graph.size, graph.get(a.traits.id), graph.get(b.traits.id)]).toEqual([1, undefined, undefined]);
    expect(graph.get(c.traits.id)).toBe(c);
    expect(titles(graph.needing('node:worker-3'))).toEqual([['GammaOdd']]);
    for (const { key } of a.traits.bursts) expect(graph.burstOf(key)).not.toContain(a.traits);
    for (const key of a.traits.alike) expect(graph.alikeBy(key)).toEqual([]);
  });
});

describe('a graph of many alerts', () => {
  const told = () => [...threeAtOneNode()].slice(1) as Standing[];

  it('forgets the first that are alone in their problems', () => {
    const [a, b, c] = told();
    const graph = new Graph(2);
    for (const standing of [a, b, c]) graph.apply({ standings: standing ? [standing] : [], over: [] });
    expect([a, b, c].map((one) => graph.get(one?.traits.id ?? ''))).toEqual([undefined, b, c]);
    expect(titles(graph.needing('node:worker-3'))).toEqual([['BetaOdd', 'GammaOdd']]);
  });

  it('finds of what it forgets by no key, and all else as if it had never been', () => {
    const names = Array.from({ length: 30 }, (_, index) => `Odd${index}`);
    const all = standingsOf(
      ...names.map((name, index): [string, string, Labels] => [
        name,
        `09:${10 + (index % 7)}`,
        { node: `worker-${index % 3}`, namespace: `team-${index % 4}`, ...(index % 5 ? {} : { zone: 'a' }) },
      ]),
    );
    const keysOf = ({ traits }: Standing) => [...traits.offers, ...traits.needs];
    const keys = [...new Set(all.flatMap(keysOf))];
    const groups = [
      ...new Set(all.flatMap(({ traits }) => [...traits.alike, ...traits.bursts.map(({ key }) => key)])),
    ];
    const found = (graph: Graph) => [
      keys.map((key) => [byFirst(titles(graph.offering(key))), byFirst(titles(graph.needing(key)))]),
      groups.map((key) =>
        [graph.alikeBy(key), graph.burstOf(key)].map((list) => list.map(({ title }) => title)),
      ),
      byFirst(titles(graph.byRole)),
    ];
    fc.assert(
      fc.property(
        fc.array(fc.nat(all.length - 1), { maxLength: 60 }),
        fc.integer({ min: 1, max: 15 }),
        (which, most) => {
          const graph = new Graph(most);
          for (const index of which) graph.apply({ standings: all.slice(index, index + 2), over: [] });
          const fresh = new Graph();
          for (const one of all) if (graph.get(one.traits.id) !== undefined) fresh.put(one);
          expect(graph.size).toBe(fresh.size);
          expect(found(graph)).toEqual(found(fresh));
        },
      ),
    );
  });

  it('forgets what is alone beside more than it may know that is together', () => {
    const [first, ...others] = standingsOf(
      ...Array.from({ length: 60 }, (_, index): [string, string] => [`Odd${index}`, '09:00']),
    );
    if (first === undefined) throw new Error('sixty were told');
    const graph = new Graph(20);
    const together = others.slice(0, 29).map((one) => ({ ...one, problemId: first.problemId }));
    graph.apply({ standings: [first, ...together], over: [] });
    const alone = others.slice(29);
    for (const one of alone) graph.apply({ standings: [one], over: [] });
    const known = alone.filter(({ traits }) => graph.get(traits.id) !== undefined);
    expect(known.length).toBeLessThanOrEqual(2);
    expect(graph.size).toBe(30 + known.length);
  });

  it('forgets nothing of what is together, or was placed by a person', () => {
    const [a, b, c] = told();
    if (a === undefined || b === undefined || c === undefined) throw new Error('three were told');
    const graph = new Graph(1);
    const together = { ...b, problemId: a.problemId };
    const placed: Standing = { ...c, isPlaced: true };
    graph.apply({ standings: [a, together, placed], over: [] });
    expect(graph.size).toBe(3);
  });
});

describe('a view of a graph', () => {
  it('has the changes of a transaction, and leaves the graph as it was', () => {
    const [graph, a, b, c] = threeAtOneNode();
    const known = new Graph();
    known.put(a);
    known.put(b);
    const view = new GraphView(known);
    view.put({ ...a, problemId: b.problemId });
    view.put({ ...c, problemId: b.problemId });
    expect([...view.membersOf(b.problemId)].map(({ traits }) => traits.title).sort()).toEqual([
      'AlphaOdd',
      'BetaOdd',
      'GammaOdd',
    ]);
    expect([...view.membersOf(a.problemId)]).toEqual([]);
    expect(titles(view.needing('node:worker-3'))).toEqual([['BetaOdd', 'AlphaOdd'], ['GammaOdd']]);
    expect(view.before(a.traits.id)).toBe(a);
    expect([known.size, known.get(a.traits.id), known.get(c.traits.id)]).toEqual([2, a, undefined]);
    known.apply({ standings: view.changes(), over: [] });
    expect(known.membersOf(b.problemId)).toEqual(new Set([b, a, c].map(({ traits }) => traits.id)));
    expect(graph.size).toBe(3);
  });
});

describe('the order of alerts', () => {
  it('is that of their beginnings, and of one moment by what they are', () => {
    const [a, b] = standingsOf(['AlphaOdd', '09:01'], ['BetaOdd', '09:02']);
    if (a === undefined || b === undefined) throw new Error('two were told');
    expect([isBefore(a.traits, b.traits), isBefore(b.traits, a.traits)]).toEqual([true, false]);
    const same = { onset: a.traits.onset, fingerprint: 'f' };
    expect(isBefore({ ...same, id: '1' }, { ...same, id: '2' })).toBe(true);
    expect(isBefore({ ...same, id: '1', fingerprint: 'g' }, { ...same, id: '2' })).toBe(false);
  });

  it('is searched for the first at or after a moment', () => {
    const [, a, b, c] = threeAtOneNode();
    const list = [b, a, c].map(({ traits }) => traits);
    const places = [b.traits.onset - 1, b.traits.onset, b.traits.onset + 1, c.traits.onset + 1];
    expect(places.map((onset) => placeFrom(list, onset))).toEqual([0, 0, 1, 3]);
    expect(placeFrom([], 0)).toBe(0);
  });
});
