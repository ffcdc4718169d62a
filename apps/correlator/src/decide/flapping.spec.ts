import fc from 'fast-check';
import { at, MORNING, rulesBy, saying, Story } from './story.spec-support.js';
import { plusMs } from './time.js';

const MINUTE_MS = 60_000;
const rules = rulesBy({ flapping: { changes: 4, window: '30m', calm: 1 } });
const clock = (minute: number) => plusMs(MORNING, minute * MINUTE_MS).slice(11, 16);

function fires(story: Story, minute: number): void {
  story.report(clock(minute), saying('firing', { startsAt: at(clock(minute)) }));
}

function ends(story: Story, minute: number): void {
  story.report(clock(minute), saying('resolved', { endsAt: at(clock(minute)) }));
}

/** Fires and ends in each of these minutes, one after the other. */
function flips(story: Story, minutes: readonly number[]): void {
  for (const [index, minute] of minutes.entries()) (index % 2 === 0 ? fires : ends)(story, minute);
}

describe('an alert that changes all the time', () => {
  it('is said to be flapping, once, and then is quiet in one conversation', () => {
    const story = new Story(rules);
    flips(story, [0, 2, 4, 6]);
    expect(story.told).toEqual([
      'opened v1 firing !',
      'resolved v2 resolved',
      'opened v1 firing !',
      'resolved v2 resolved !',
    ]);
    expect(story.problems.at(-1)?.announced?.why).toBe(
      'flapping: 4 changes in 30 min; quiet until it is stable',
    );
    flips(story, [8, 10, 12, 14, 16]);
    expect(story.problems).toHaveLength(2);
    expect(story.alerts.map(({ episode }) => episode)).toEqual([1, 2]);
    expect(story.announced).toBe(3);
    expect(story.alerts.at(-1)).toMatchObject({ flappingSince: at('09:06') });
  });

  it('that fires when it is stable again is told then', () => {
    const story = new Story(rules);
    flips(story, [0, 2, 4, 6, 8]);
    const flapping = story.alerts.at(-1);
    // After the change before the last one has left the window, one is left.
    expect(flapping?.dueAt).toBe(at('09:36'));
    story.tick('09:35', '09:35');
    expect(story.announced).toBe(3);
    story.tick('09:36', '09:36');
    expect(story.alerts.at(-1)?.flappingSince).toBeUndefined();
    expect(story.facts.at(-1)).toMatchObject({
      announce: true,
      problem: { announced: { why: 'no longer flapping, and it still fires (meanwhile: fires again)' } },
    });
  });

  it('that is over when it is stable again rings nobody', () => {
    const story = new Story(rules);
    flips(story, [0, 2, 4, 6, 8, 10]);
    story.tick('09:38', '09:38');
    expect(story.alerts.at(-1)).not.toHaveProperty('flappingSince');
    expect(story.announced).toBe(3);
    fires(story, 50);
    expect(story.problems).toHaveLength(3);
  });

  it('slowly does not flap', () => {
    const story = new Story(rules);
    flips(story, [0, 11, 22, 33, 44, 55, 66]);
    expect(story.alerts).toHaveLength(4);
    expect(story.alerts.at(-1)?.flappingSince).toBeUndefined();
  });

  it('is still somebody’s who is on it', () => {
    const story = new Story(rules);
    flips(story, [0, 2, 4, 6, 8]);
    const problem = story.problems.at(-1);
    if (problem === undefined) throw new Error('no problem');
    story.acknowledge('09:09', problem);
    flips(story, []);
    ends(story, 10);
    fires(story, 12);
    expect(story.problems.at(-1)?.acknowledged).toBeDefined();
  });

  it('never rings more than the limit allows, however long it goes on', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 4, maxLength: 60 });
    fc.assert(
      fc.property(gaps, (minutes) => {
        const story = new Story(rules);
        let minute = 0;
        flips(
          story,
          minutes.map((gap) => (minute += gap)),
        );
        // Two episodes before it flaps, and that it flaps.
        expect(story.announced).toBeLessThanOrEqual(3);
        expect(story.alerts.length).toBeLessThanOrEqual(2);
      }),
    );
  });
});
