import fc from 'fast-check';
import { decideAll } from './decide-all.js';
import type { ObservationInput } from './episode.js';
import { rulesFile } from '@gomon/contracts';
import { DEFAULT_RULES, rulesOf } from './rules.js';
import { EMPTY_STATE, type State } from './state.js';
import { plusMs } from './time.js';

const BEGIN = '2026-03-01T00:00:00.000Z';
const MINUTE_MS = 60_000;

/** Minutes of firing and of calm, one after another: the true life of one condition. */
const lifeArbitrary = fc.array(
  fc.record({
    calm: fc.integer({ min: 2, max: 20 }),
    firing: fc.integer({ min: 1, max: 20 }),
    repeats: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
);

type Life = readonly { readonly calm: number; readonly firing: number; readonly repeats: number }[];

/** What a source with event times reports of such a life. The last episode may still fire. */
function reportsOf(life: Life, name: string, isStillFiring: boolean): readonly ObservationInput[] {
  const inputs: Omit<ObservationInput, 'order'>[] = [];
  let minute = 0;
  for (const [index, { calm, firing, repeats }] of life.entries()) {
    const startsAt = plusMs(BEGIN, (minute += calm) * MINUTE_MS);
    const endsAt = plusMs(BEGIN, (minute += firing) * MINUTE_MS);
    const report = (status: 'firing' | 'resolved', acceptedAt: string): void => {
      inputs.push({
        kind: 'observation',
        reportId: `${name}-${inputs.length}`,
        index: 0,
        scope: 'default',
        source: { kind: 'grafana', instance: 'default' },
        acceptedAt,
        observation: {
          status,
          labels: { alertname: name },
          annotations: {},
          startsAt,
          ...(status === 'resolved' ? { endsAt } : {}),
        },
      });
    };
    for (let repeat = 0; repeat <= repeats; repeat += 1)
      report('firing', plusMs(startsAt, 1_000 * (repeat + 1)));
    const isLast = index === life.length - 1;
    if (!isLast || !isStillFiring) report('resolved', plusMs(endsAt, 1_000));
  }
  return inputs.map((input, index) => ({ ...input, order: index + 1 }));
}

function decideIn(
  batches: readonly (readonly ObservationInput[])[],
  rules = DEFAULT_RULES,
): { state: State; announced: number } {
  let state = EMPTY_STATE;
  let announced = 0;
  for (const [index, batch] of batches.entries()) {
    const decided = decideAll(state, batch, rules, plusMs(BEGIN, index));
    state = decided.state;
    announced += decided.facts.filter(({ announce }) => announce).length;
  }
  return { state, announced };
}

function newestOf(state: State) {
  return [...state.newest.values()].map((id) => {
    const alert = state.alerts.get(id);
    return [alert?.title, alert?.latestStartsAt, alert?.resolved === undefined ? 'firing' : 'resolved'];
  });
}

/** By which no such life flaps. `refire`: what comes back within that goes on. */
const steady = (refire: string) =>
  rulesOf(rulesFile.parse({ flapping: { changes: 50, calm: 2, refire } }), {
    version: 1,
    incidentProvider: 'opsgenie',
  });

const scenario = fc.record({ life: lifeArbitrary, isStillFiring: fc.boolean() });

describe('for every life of an alert', () => {
  it('each episode is announced once, however often it is repeated', () => {
    fc.assert(
      fc.property(scenario, ({ life, isStillFiring }) => {
        const inputs = reportsOf(life, 'A', isStillFiring);
        const { state, announced } = decideIn(
          inputs.map((input) => [input]),
          steady('0s'),
        );
        expect(announced).toBe(life.length);
        expect(state.alerts.size).toBe(life.length);
      }),
    );
  });

  it('what comes back within five minutes is one episode', () => {
    fc.assert(
      fc.property(scenario, ({ life, isStillFiring }) => {
        const inputs = reportsOf(life, 'A', isStillFiring);
        const { state } = decideIn(
          inputs.map((input) => [input]),
          steady('5m'),
        );
        const apart = life.slice(1).filter(({ calm }) => calm >= 5);
        expect(state.alerts.size).toBe(1 + apart.length);
        expect(state.problems.size).toBe(state.alerts.size);
      }),
    );
  });

  it('the newest word holds in the end, whatever the order and the repetition of the messages', () => {
    fc.assert(
      fc.property(
        scenario.chain(({ life, isStillFiring }) => {
          const inputs = reportsOf(life, 'A', isStillFiring);
          return fc.record({
            inOrder: fc.constant(inputs),
            shuffled: fc
              .array(fc.constantFrom(...inputs), { maxLength: 5 })
              .chain((again) =>
                fc.shuffledSubarray([...inputs, ...again], { minLength: inputs.length + again.length }),
              ),
          });
        }),
        ({ inOrder, shuffled }) => {
          const expected = newestOf(decideIn(inOrder.map((input) => [input])).state);
          expect(newestOf(decideIn(shuffled.map((input) => [input])).state)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('it does not matter how messages are cut into transactions', () => {
    fc.assert(
      fc.property(
        scenario,
        scenario,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 40, maxLength: 40 }),
        (a, b, sizes) => {
          const inputs = [
            ...reportsOf(a.life, 'A', a.isStillFiring),
            ...reportsOf(b.life, 'B', b.isStillFiring),
          ];
          const batches: ObservationInput[][] = [];
          for (let from = 0; from < inputs.length; from += batches.at(-1)?.length ?? 1) {
            batches.push(inputs.slice(from, from + (sizes[batches.length] ?? 1)));
          }
          const one = decideIn(inputs.map((input) => [input])).state;
          const cut = decideIn(batches).state;
          expect(newestOf(cut)).toEqual(newestOf(one));
          expect([...cut.problems.keys()]).toEqual([...one.problems.keys()]);
        },
      ),
    );
  });

  it('versions count up by one, and each fact has the version of its problem', () => {
    fc.assert(
      fc.property(scenario, ({ life, isStillFiring }) => {
        const versions = new Map<string, number>();
        let state = EMPTY_STATE;
        for (const input of reportsOf(life, 'A', isStillFiring)) {
          const decided = decideAll(state, [input], DEFAULT_RULES, BEGIN);
          state = decided.state;
          for (const { problem } of decided.facts) {
            expect(problem.version).toBe((versions.get(problem.id) ?? 0) + 1);
            versions.set(problem.id, problem.version);
          }
        }
      }),
    );
  });

  it('every observation has an end, and what waits to be told is counted by its problem', () => {
    fc.assert(
      fc.property(scenario, ({ life, isStillFiring }) => {
        const inputs = reportsOf(life, 'A', isStillFiring);
        const decided = decideAll(EMPTY_STATE, inputs, DEFAULT_RULES, BEGIN);
        const ends = decided.outcomes.map((outcome) =>
          outcome.kind === 'observation' ? outcome.end : 'none',
        );
        expect(ends).not.toContain('none');
        const untold = [...decided.state.problems.values()].flatMap((problem) => problem.untold);
        expect(untold.reduce((sum, { observations }) => sum + observations, 0)).toBe(
          ends.filter((end) => end === 'told').length,
        );
      }),
    );
  });
});
