import { crashLoopingPod, deployment, healthyPod, node } from '@gomon/testing';
import fc from 'fast-check';
import { DEFAULT_RULE_SETTINGS } from './rule-settings.js';
import { RULES } from './rules.js';
import {
  cart,
  clusterOf,
  fixture,
  MINUTE,
  noon,
  NOON,
  SECOND,
  unready,
  verdicts,
} from './story.spec-support.js';
import { judge } from './judge.js';
import { identityOf, type Verdict } from './verdict.js';

const objects: readonly unknown[] = [
  'pod-crashloop',
  'pod-imagepullbackoff',
  'pod-oomkilled',
  'node-notready-cni',
  'node-unreachable',
  'near-node-autoscaler-drain',
  'near-pod-on-dead-node',
  'deployment-stuck',
].map(fixture);

/** Removes or replaces something, somewhere. */
function mutilated(value: unknown, path: readonly number[], by: unknown): unknown {
  const [first, ...rest] = path;
  if (typeof value !== 'object' || value === null || first === undefined) return by;
  const entries: [string, unknown][] = Object.entries(value);
  const at = entries.length === 0 ? 0 : first % entries.length;
  const changed = entries.flatMap(([key, inner], index): [string, unknown][] => {
    if (index !== at) return [[key, inner]];
    return rest.length === 0 && by === undefined ? [] : [[key, mutilated(inner, rest, by)]];
  });
  return Array.isArray(value) ? changed.map(([, inner]) => inner) : Object.fromEntries(changed);
}

const harm = fc.record({
  index: fc.nat(objects.length - 1),
  path: fc.array(fc.nat(12), { minLength: 1, maxLength: 7 }),
  by: fc.constantFrom<unknown>(
    undefined,
    null,
    'x',
    '',
    -1,
    1e300,
    [],
    {},
    [null],
    '9999-12-31T23:59:59Z',
    '+275760-09-13T00:00:00Z',
    '2026-02-31T00:00:00Z',
  ),
});

const nameOf = ({ rule, subject }: Verdict) => identityOf(rule, subject);

describe('whatever the objects are', () => {
  it('rules never throw, and name each thing once', () => {
    fc.assert(
      fc.property(fc.array(harm, { maxLength: 8 }), fc.integer({ min: -120, max: 120 }), (harms, minutes) => {
        const given = [...objects];
        for (const { index, path, by } of harms) given[index] = mutilated(given[index], path, by);
        const names = verdicts(given, NOON + minutes * MINUTE).map(nameOf);
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('their order does not matter', () => {
    const pods = ['a', 'b', 'c', 'd'].map((suffix) => crashLoopingPod(noon, { ...cart, suffix }));
    const all = [...objects, ...pods];
    const expected = verdicts(all);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(verdicts(shuffled)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});

describe('while only time goes by', () => {
  const still: readonly unknown[] = [
    ...objects,
    unready(0),
    healthyPod(noon, { ...cart, deployment: 'web', ageS: 1 }),
    node(noon, 'node-a', 'False', 0),
    node(noon, 'node-b', 'True', 0),
    deployment(noon, 'shop', 'web'),
  ];

  it('what fires does not turn clear without having been undecided, but for facts that age', () => {
    const view = clusterOf(still);
    const seen = new Map<string, string>();
    for (let second = 0; second <= 3 * 3_600; second += 1) {
      const now = new Map(
        judge(view, DEFAULT_RULE_SETTINGS, NOON + second * SECOND).map(({ verdict }) => [
          nameOf(verdict),
          verdict,
        ]),
      );
      for (const [name, state] of seen) {
        const isFact = name.includes('PodOOMKilled');
        if (state === 'firing' && !isFact)
          expect([name, now.get(name)?.state]).not.toEqual([name, undefined]);
      }
      seen.clear();
      for (const [name, { state }] of now) seen.set(name, state);
    }
  });

  it('every change is announced by the verdict before', () => {
    const view = clusterOf(still);
    // Mostly on whole seconds, where Kubernetes' times are.
    const moment = fc.oneof(
      fc.integer({ min: 0, max: 3 * 3_600 }).map((second) => second * SECOND),
      fc.integer({ min: 0, max: 3 * 3_600 * SECOND }),
    );
    const at = (ms: number) => judge(view, DEFAULT_RULE_SETTINGS, ms).map(({ verdict }) => verdict);
    fc.assert(
      fc.property(moment, (ms) => {
        const before = at(NOON + ms);
        const next = before.flatMap(({ changesAt }) => changesAt ?? []).sort()[0];
        const stateOf = ({ rule, subject, state, severity }: Verdict) => [rule, subject, state, severity];
        const until = next === undefined ? NOON + 24 * 3_600 * SECOND : Date.parse(next) - 1;
        expect(until).toBeGreaterThanOrEqual(NOON + ms);
        expect(at(until).map(stateOf)).toEqual(before.map(stateOf));
      }),
      { numRuns: 500, examples: [[2 * MINUTE]] },
    );
  });
});

it('a rule can be given another hold', () => {
  const view = clusterOf([node(noon, 'node-a', 'False', 30)]);
  const settings = { ...DEFAULT_RULE_SETTINGS, holdMs: { NodeNotReady: 30 * SECOND } };
  expect(judge(view, settings, NOON).map(({ verdict }) => verdict.state)).toContain('firing');
});

it('every rule has an id and words of its own', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  expect(new Set(RULES.map(({ what }) => what)).size).toBe(RULES.length);
});
