import fc from 'fast-check';
import { DueTimes, type Due } from './due-times.js';

const problem = (id: string): Due => ({ kind: 'problem', id });

describe('what is due', () => {
  it('is taken with all that is due at the same time', () => {
    const due = new DueTimes('9');
    due.set(problem('a'), '5');
    due.set(problem('b'), '3');
    due.set(problem('c'), '3');
    expect(due.next()).toBe('3');
    expect(due.take()).toEqual(expect.arrayContaining([problem('b'), problem('c')]));
    expect(due.take()).toEqual([problem('a')]);
    expect(due.take()).toEqual([]);
  });

  it('after the last time is never asked for', () => {
    const due = new DueTimes('9');
    due.set(problem('a'), '91');
    expect(due.next()).toBeUndefined();
  });

  it('comes in the order of time, by what was set last', () => {
    const settings = fc.array(
      fc.tuple(
        fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
        fc.option(fc.constantFrom('1', '2', '3', '4', '5', '6', '7')),
      ),
    );
    fc.assert(
      fc.property(settings, (all) => {
        const due = new DueTimes('6');
        const model = new Map<string, string>();
        for (const [id, at] of all) {
          due.set(problem(id), at ?? undefined);
          if (at === null || at > '6') model.delete(id);
          else model.set(id, at);
        }
        const taken: string[] = [];
        for (let at = due.next(); at !== undefined; at = due.next()) {
          taken.push(
            ...due
              .take()
              .map(({ id }) => `${at} ${id}`)
              .sort(),
          );
        }
        expect(taken).toEqual([...model].map(([id, at]) => `${at} ${id}`).sort());
      }),
    );
  });
});
