import { at, saying, Story } from './story.spec-support.js';

const API = { kind: 'api', instance: 'deploy-bot' };
const firing = (endsAt: string) => saying('firing', { startsAt: at('08:59'), endsAt: at(endsAt) });

function post(story: Story, clock: string, endsAt: string): void {
  story.transaction(clock, story.inputs(clock, [firing(endsAt)], API));
}

describe('an end that the API gives to what fires', () => {
  it('is one if it is not given anew', () => {
    const story = new Story();
    post(story, '09:00', '09:10');
    expect(story.alert.dueAt).toBe(at('09:10'));
    post(story, '09:05', '09:15');
    story.tick('09:10', '09:10');
    expect(story.alert.resolved).toBeUndefined();
    story.tick('09:14:59', '09:14:59');
    expect(story.alert.resolved).toBeUndefined();
    story.tick('09:15', '09:15');
    expect(story.alert.resolved).toMatchObject({
      by: 'timeout',
      reason: 'its source said that it fires until 09:15 UTC, and did not say so again',
    });
  });

  it('comes as well where the lease is given with a repeat', () => {
    const story = new Story();
    story.transaction('09:00', story.inputs('09:00', [saying('firing', { startsAt: at('08:59') })], API));
    expect(story.alert.dueAt).toBeUndefined();
    post(story, '09:05', '09:15');
    expect(story.alert.dueAt).toBe(at('09:15'));
    story.tick('09:15', '09:15');
    expect(story.alert.resolved).toMatchObject({ by: 'timeout' });
  });

  it('comes anew where it fires again', () => {
    const story = new Story();
    post(story, '09:00', '09:10');
    story.tick('09:10', '09:10');
    post(story, '09:20', '09:30');
    expect(story.alert).toMatchObject({ dueAt: at('09:30') });
    expect(story.alert.resolved).toBeUndefined();
    story.tick('09:30', '09:30');
    expect(story.alert.resolved).toMatchObject({ by: 'timeout', at: at('09:30') });
  });

  it('of before is not the one of an alert that fires again without one', () => {
    const story = new Story();
    post(story, '09:00', '09:10');
    story.tick('09:10', '09:10');
    story.transaction('09:20', story.inputs('09:20', [saying('firing', { startsAt: at('08:59') })], API));
    expect(story.alert.dueAt).toBeUndefined();
    expect(story.alert.leaseUntil).toBeUndefined();
  });

  it('does not come while we did not listen', () => {
    const story = new Story();
    post(story, '09:00', '09:10');
    story.tick('12:00', '12:00', '11:55');
    expect(story.alert.resolved).toBeUndefined();
    story.tick('12:05', '12:05', '11:55');
    expect(story.alert.resolved).toBeDefined();
  });

  it('says nothing where it is the guess of a webhook', () => {
    const story = new Story();
    story.report('09:00', firing('09:10'));
    story.tick('14:59', '14:59');
    expect(story.alert.resolved).toBeUndefined();
    story.tick('15:00', '15:00');
    expect(story.alert.resolved).toBeDefined();
  });
});
