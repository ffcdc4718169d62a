import type { RulesFileInput } from '@gomon/contracts';
import fc from 'fast-check';
import { at, MORNING, rulesBy, saying, Story } from './story.spec-support.js';
import { plusMs } from './time.js';

const MINUTE_MS = 60_000;
const rules = rulesBy({ flapping: { changes: 4, window: '30m', calm: 1, refire: '0s' } });
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

describe('what fires again soon after its source has ended it', () => {
  const URGENT = { labels: { alertname: 'Checkout', severity: 'critical' } };
  const ended = (file: RulesFileInput = {}) => {
    const story = new Story(rulesBy(file));
    story.report('09:00', saying('firing', { ...URGENT, startsAt: at('09:00') }));
    story.report('09:02', saying('resolved', { ...URGENT, startsAt: at('09:00'), endsAt: at('09:02') }));
    return story;
  };
  const again = (story: Story, minute: string, accepted = minute) =>
    story.report(accepted, saying('firing', { ...URGENT, startsAt: at(minute) }));

  it('goes on: its problem and its incident are open again, and whoever reads of it is told', () => {
    const story = ended();
    const incident = story.problems[0]?.incident;
    expect(incident).toBeDefined();
    again(story, '09:06');
    expect(story.alerts).toMatchObject([{ episode: 1, startsAt: at('09:00') }]);
    expect(story.problems).toHaveLength(1);
    expect(story.problems[0]).toMatchObject({ incident, counts: { firing: 1 } });
    expect(story.problems[0]?.resolved).toBeUndefined();
    expect(story.facts.at(-1)).toMatchObject({ announce: true, why: ['fires again'] });
    story.report('09:08', saying('resolved', { ...URGENT, startsAt: at('09:06'), endsAt: at('09:08') }));
    expect(story.problems[0]?.resolved).toBeDefined();
  });

  it('is a new problem five minutes later, by its own time and not by when we hear of it', () => {
    const late = ended();
    again(late, '09:06', '09:30');
    expect(late.problems).toHaveLength(1);
    const after = ended();
    again(after, '09:07');
    expect(after.problems).toHaveLength(2);
  });

  it('counts by when we hear of it, where it does not say when it began', () => {
    for (const [minute, problems] of [
      ['09:06', 1],
      ['09:07', 2],
    ] as const) {
      const story = ended();
      story.report(minute, saying('firing', { labels: URGENT.labels, startsAt: undefined }));
      expect(story.problems).toHaveLength(problems);
    }
  });

  it('is one of its own by rule, and where a person has archived what was before', () => {
    const each = ended({ flapping: { refire: '0s' } });
    again(each, '09:03');
    expect(each.problems).toHaveLength(2);
    const archived = ended();
    const [alert] = archived.alerts;
    if (alert === undefined) throw new Error('no alert');
    archived.archive('09:03', alert);
    again(archived, '09:04');
    expect(archived.problems).toHaveLength(2);
  });
});
