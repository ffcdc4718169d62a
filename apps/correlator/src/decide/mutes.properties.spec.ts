import fc from 'fast-check';
import type { Problem } from './state.js';
import { at, rulesBy, saying, Story } from './story.spec-support.js';

const MINUTES = 40;
const clock = (minute: number) => `09:${String(minute).padStart(2, '0')}`;
/** `refire`: what comes back within that goes on. */
const rulesWith = (refire: string) =>
  rulesBy({
    flapping: { changes: 50, calm: 2, refire },
    inhibit: [{ source_matchers: ['alertname=Cause'], target_matchers: ['alertname=Symptom'] }],
  });

/** What happens in one minute. */
const event = fc.constantFrom(
  'symptom fires',
  'symptom ends',
  'cause fires',
  'cause ends',
  'is repeated',
  'nothing',
);

const scenario = fc.record({
  events: fc.array(event, { minLength: 5, maxLength: MINUTES - 1 }),
  silences: fc.array(fc.tuple(fc.integer({ min: 0, max: 38 }), fc.integer({ min: 1, max: 20 })), {
    maxLength: 3,
  }),
});

/** The truth beside the story: what fires, and what mutes. */
class World {
  symptomSince: number | undefined;
  isCauseFiring = false;

  constructor(private readonly silences: readonly (readonly [number, number])[]) {}

  isMuted(minute: number): boolean {
    return (
      this.isCauseFiring ||
      this.silences.some(([start, length]) => start <= minute && minute < start + length)
    );
  }
}

function happen(story: Story, world: World, what: string, minute: number): void {
  const time = clock(minute);
  const about = (name: string) => ({ labels: { alertname: name, severity: 'warning' } });
  switch (what) {
    case 'symptom fires':
      world.symptomSince ??= minute;
      story.report(time, saying('firing', { ...about('Symptom'), startsAt: at(clock(world.symptomSince)) }));
      break;
    case 'is repeated':
      if (world.symptomSince === undefined) return;
      story.report(time, saying('firing', { ...about('Symptom'), startsAt: at(clock(world.symptomSince)) }));
      break;
    case 'symptom ends':
      if (world.symptomSince === undefined) return;
      story.report(
        time,
        saying('resolved', {
          ...about('Symptom'),
          startsAt: at(clock(world.symptomSince)),
          endsAt: at(time),
        }),
      );
      world.symptomSince = undefined;
      break;
    case 'cause fires':
      world.isCauseFiring = true;
      story.report(time, saying('firing', about('Cause')));
      break;
    case 'cause ends':
      if (!world.isCauseFiring) return;
      world.isCauseFiring = false;
      story.report(time, saying('resolved', about('Cause')));
      break;
  }
}

const newestSymptom = ({ problems }: Story): Problem | undefined =>
  problems.findLast(({ title }) => title === 'Symptom');

describe('whatever mutes when, and whatever happens meanwhile', () => {
  it('what is muted rings nobody, what fires unmuted has been told, and no episode is told twice', () => {
    fc.assert(
      fc.property(scenario, fc.constantFrom('0s', '5m'), ({ events, silences }, refire) => {
        const story = new Story(rulesWith(refire));
        const world = new World(silences);
        for (const [index, [start, length]] of silences.entries()) {
          const matchers = [{ name: 'alertname', operator: '=' as const, value: 'Symptom' }];
          const endsAt = new Date(Date.parse(at(clock(start))) + length * 60_000).toISOString();
          const id = `019abb3c-6c10-7000-8000-00000000000${index}`;
          story.silence({ startsAt: at(clock(start)), endsAt, matchers }, id);
        }
        for (const [index, what] of events.entries()) {
          const minute = index + 1;
          const before = story.facts.length;
          happen(story, world, what, minute);
          story.tickProblems(clock(minute));
          const rings = story.facts
            .slice(before)
            .filter(({ announce, problem }) => announce && problem.title === 'Symptom');
          if (world.isMuted(minute)) expect(rings).toEqual([]);
          const problem = newestSymptom(story);
          if (world.symptomSince === undefined || problem === undefined) continue;
          expect(problem.muted !== undefined).toBe(world.isMuted(minute));
          if (!world.isMuted(minute)) expect(problem.announced).toBeDefined();
        }
        const rung = story.facts.flatMap(({ announce, problem, why }) =>
          announce && !(refire === '5m' && why.some((one) => one.includes('fires again')))
            ? [problem.id]
            : [],
        );
        expect(new Set(rung).size).toBe(rung.length);
      }),
      { numRuns: 800 },
    );
  });

  it('nobody is told the end of what nobody was told', () => {
    fc.assert(
      fc.property(scenario, ({ events, silences }) => {
        const story = new Story(rulesWith('0s'));
        const world = new World(silences);
        const matchers = [{ name: 'alertname', operator: '=' as const, value: 'Symptom' }];
        story.silence({ startsAt: at('09:00'), endsAt: at('12:00'), matchers });
        for (const [index, what] of events.entries()) happen(story, world, what, index + 1);
        expect(story.facts.filter(({ problem }) => problem.title === 'Symptom')).toEqual([]);
      }),
    );
  });
});
