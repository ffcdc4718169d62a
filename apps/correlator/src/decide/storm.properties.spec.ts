import type { Labels, ToldDigest } from '@gomon/contracts';
import fc from 'fast-check';
import { at, endOf } from './story.spec-support.js';
import { firing, over, rulesAtOnce, TogetherStory } from './together.spec-support.js';

const NODE: Labels = { alertname: 'KubeNodeNotReady', node: 'worker-3', severity: 'warning' };
const pod = (index: number): Labels => ({
  alertname: 'KubePodNotReady',
  pod: `cart-${index}`,
  namespace: 'shop',
  node: 'worker-3',
  severity: 'warning',
});

/** Pods begin or end, or it is looked at what is due. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('fire' as const), pods: pods() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const), pods: pods() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
);

function pods(): fc.Arbitrary<readonly number[]> {
  return fc.uniqueArray(fc.nat(29), { minLength: 1, maxLength: 6 });
}

const story = fc.array(fc.record({ step, seconds: fc.integer({ min: 1, max: 200 }) }), { maxLength: 25 });

function clock(seconds: number): string {
  return new Date(Date.parse(at('09:00')) + seconds * 1_000).toISOString().slice(11, 19);
}

describe('however a storm goes', () => {
  it('each digest counts what joined and ended since the one before, and no observation is lost', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const one = new TogetherStory(
          rulesAtOnce({
            storms: [{ alerts: 3, within: '2m', digests: ['1m', '3m'], calm: 2 }],
            flapping: { refire: '0s' },
          }),
        );
        one.report('09:00', firing('09:00', NODE));
        const since = new Map<number, string>();
        let seconds = 0;
        let told = 1;
        for (const { step: next, seconds: pause } of steps) {
          seconds += pause;
          const now = clock(seconds);
          if (next.kind === 'tick') {
            one.tickProblems(now);
            continue;
          }
          const observations = next.pods.map((index) => {
            const begun = since.get(index);
            if (next.kind === 'end') {
              since.delete(index);
              return over(begun ?? now, now, pod(index));
            }
            since.set(index, begun ?? now);
            return firing(begun ?? now, pod(index));
          });
          const ends = one.report(now, ...observations).map(endOf);
          told += ends.filter((end) => end === 'told').length;
          expect(ends.every((end) => end !== undefined)).toBe(true);
        }
        // What is to be told waits with exactly one version of one problem.
        const untold = one.problems.flatMap((problem) => problem.untold);
        expect(untold.reduce((sum, { observations }) => sum + observations, 0)).toBe(told);
        const earlier = new Map<string, ToldDigest>();
        for (const { problem } of one.facts) {
          const { digest, version, counts, storm } = problem;
          if (storm !== undefined) expect(problem.dueAt).toBe(storm.nextAt);
          if (digest?.version !== version) continue;
          expect([digest.total, digest.firing]).toEqual([counts.total, counts.firing]);
          expect(digest.last).toBe(storm === undefined);
          const previous = earlier.get(problem.id);
          earlier.set(problem.id, digest);
          if (digest.number === 1 || previous === undefined) continue;
          const ended = (of: ToldDigest) => of.total - of.firing;
          expect([digest.joined, digest.ended]).toEqual([
            digest.total - previous.total,
            ended(digest) - ended(previous),
          ]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
