import fc from 'fast-check';
import { expectation } from './expectation.js';
import type { Played, PlayedProblem } from './played.js';
import { playedWith, problemOf } from './scenario.spec-support.js';
import { groupingOf, scoresOf, type Judged } from './score.js';
import { placedIn } from './truth.js';

function judged(played: Played, expected: unknown, ok = true): Judged {
  return { played, expect: expectation.parse(expected), ok };
}

function alerts(name: string, count: number): readonly Record<string, string>[] {
  return Array.from({ length: count }, (_, index) => ({ alertname: name, pod: `p${index}` }));
}

/** Problems `a` and `b` of so many alerts, as expected. */
const expected = {
  problems: [
    { primary: { alertname: 'A', pod: 'p0' }, includes: [{ alertname: 'A' }], severity: 'P1' },
    { primary: { alertname: 'B', pod: 'p0' }, includes: [{ alertname: 'B' }], severity: 'P3' },
  ],
};
const asExpected = [problemOf('a', alerts('A', 6)), problemOf('b', alerts('B', 6))];

const incident = (problemId: string, alertname: string) => ({
  at: 0,
  problemId,
  primary: { alertname, pod: 'p0' },
});

describe('scores', () => {
  it('of what went as expected are full', () => {
    const played = playedWith(asExpected, { observations: 40, incidents: [incident('a', 'A')] });
    expect(scoresOf([judged(played, expected)])).toEqual({
      scenarios: 1,
      ok: 1,
      groupingPrecision: 1,
      groupingRecall: 1,
      primaryRight: { count: 2, of: 2, share: 1 },
      noiseReduction: { scenarios: 1, observations: 40, notifications: 2, share: 0.95 },
      noiseReductionMultiSymptom: { scenarios: 1, observations: 40, notifications: 2, share: 0.95 },
      missedProblems: 0,
      falseIncidents: { count: 0, of: 1, share: 0 },
    });
  });

  it('of grouping are averages over the scenarios that say what belongs together', () => {
    const apart = alerts('A', 100).map((labels, index) => problemOf(`a${index}`, [labels]));
    const one = problemOf('a', [...alerts('A', 6), ...alerts('B', 6)]);
    const scores = scoresOf([
      judged(playedWith(asExpected), expected),
      judged(playedWith(apart), { problems: [{ primary: { alertname: 'A' } }] }),
      judged(playedWith([one]), expected),
      judged(playedWith([one]), {}),
    ]);
    // Of the 66 pairs of 12 alerts in one problem, 2 times 15 belong together.
    expect(scores.groupingPrecision).toBeCloseTo((1 + 1 + 30 / 66) / 3);
    expect(scores.groupingRecall).toBeCloseTo((1 + 0 + 1) / 3);
  });

  it('of primaries ask the problem that holds most of what was expected', () => {
    const most = problemOf('a', alerts('A', 6).slice(1));
    const rest = problemOf('a2', alerts('A', 1));
    const { primaryRight } = scoresOf([
      judged(playedWith([most, rest]), { problems: expected.problems.slice(0, 1) }),
    ]);
    expect(primaryRight).toEqual({ count: 0, of: 1, share: 0 });
  });

  it('of noise count many symptoms apart from the rest', () => {
    const few = judged(playedWith([problemOf('a', alerts('A', 1))], { observations: 2 }), expected);
    const many = judged(playedWith(asExpected, { observations: 100 }), expected);
    const { noiseReduction, noiseReductionMultiSymptom } = scoresOf([few, many]);
    expect(noiseReduction).toEqual({
      scenarios: 2,
      observations: 102,
      notifications: 3,
      share: expect.closeTo((0.5 + 0.98) / 2) as number,
    });
    expect(noiseReductionMultiSymptom.observations).toBe(100);
  });

  it.each([
    ['nobody was told', {}, {}, 1],
    ['nobody was told because it is muted, and that is expected', { isMuted: true }, { notifications: 1 }, 0],
    ['nobody was told because it is muted, and that is not expected', { isMuted: true }, {}, 1],
    ['nobody was told though it is not muted', {}, { notifications: 1 }, 1],
  ])('count a problem as missed, or not: %s', (_, more: Partial<PlayedProblem>, also, missed) => {
    const [a, b] = [problemOf('a', alerts('A', 6)), problemOf('b', alerts('B', 6), more)];
    const played = playedWith([a, b], { notifications: playedWith([a]).notifications });
    expect(scoresOf([judged(played, { ...expected, ...also })]).missedProblems).toBe(missed);
  });

  it('do not count a problem as missed of a part of which people were told', () => {
    const parts = [problemOf('a', alerts('A', 5)), problemOf('b', [{ alertname: 'A', pod: 'p9' }])];
    const played = playedWith(parts, { notifications: playedWith(parts.slice(1)).notifications });
    const { missedProblems } = scoresOf([judged(played, { problems: expected.problems.slice(0, 1) })]);
    expect(missedProblems).toBe(0);
  });

  it.each([
    ['an urgent problem', [incident('a', 'A')], {}, 0],
    ['a problem that is not urgent', [incident('b', 'B')], {}, 1],
    ['the same problem again', [incident('a', 'A'), incident('a2', 'A')], {}, 1],
    ['the same problem again, as expected', [incident('a', 'A'), incident('a2', 'A')], { incidents: 2 }, 0],
    ['what nobody claims', [incident('x', 'X')], {}, 0],
    ['what nobody claims, where none is expected', [incident('x', 'X')], { incidents: 0 }, 1],
  ])('count an incident as false, or not: %s', (_, incidents, also, count) => {
    const { falseIncidents } = scoresOf([
      judged(playedWith(asExpected, { incidents }), { ...expected, ...also }),
    ]);
    expect(falseIncidents).toEqual({ count, of: incidents.length, share: count / incidents.length });
  });

  it('of nothing are there', () => {
    expect(scoresOf([])).toMatchObject({
      scenarios: 0,
      groupingPrecision: 1,
      primaryRight: { share: 1 },
      missedProblems: 0,
      falseIncidents: { share: 0 },
    });
  });
});

describe('grouping, pairwise', () => {
  /** Of each alert: the problem that it belongs to, and the one in which it is. */
  const placings = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), {
    maxLength: 25,
  });

  it('is what counting every pair gives', () => {
    fc.assert(
      fc.property(placings, (all) => {
        const labelled = all.map(([belongsTo, isIn], index) => ({
          belongsTo,
          isIn,
          labels: { belongs: String(belongsTo), index: String(index) },
        }));
        const problems = [...Map.groupBy(labelled, ({ isIn }) => isIn)].map(([id, of]) =>
          problemOf(
            String(id),
            of.map(({ labels }) => labels),
          ),
        );
        const { problems: claims = [] } = expectation.parse({
          problems: [0, 1, 2, 3].map((belongs) => ({ primary: { belongs } })),
        });
        const pairs = labelled.flatMap((a, at) => labelled.slice(at + 1).map((b) => [a, b] as const));
        const together = pairs.filter(([a, b]) => a.isIn === b.isIn);
        const belonging = pairs.filter(([a, b]) => a.belongsTo === b.belongsTo);
        const right = together.filter(([a, b]) => a.belongsTo === b.belongsTo);
        expect(groupingOf(placedIn({ problems }, claims))).toEqual({
          precision: together.length === 0 ? 1 : right.length / together.length,
          recall: belonging.length === 0 ? 1 : right.length / belonging.length,
        });
      }),
    );
  });

  it('knows that what nobody claims belongs to nothing else', () => {
    const one = problemOf('a', alerts('A', 4));
    expect(groupingOf(placedIn({ problems: [one] }, []))).toEqual({ precision: 0, recall: 1 });
  });
});
