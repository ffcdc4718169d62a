import { at, saying, Story } from '../decide/story.spec-support.js';
import { factRows } from './facts.js';

describe('the messages of the facts of transactions', () => {
  it('have ids of their own, whatever happens to an alert within a millisecond', () => {
    const story = new Story();
    const ids = (['firing', 'resolved', 'firing', 'resolved'] as const).flatMap((status, second) => {
      const when =
        second % 2 === 0 ? { startsAt: at(`09:00:0${second}`) } : { endsAt: at(`09:00:0${second}`) };
      story.report('09:01', saying(status, when));
      if (story.last === undefined) throw new Error('nothing was decided');
      return factRows(story.last, at('09:01')).map(({ id }) => id);
    });
    expect(story.alerts).toHaveLength(1);
    expect(ids).toHaveLength(8);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
