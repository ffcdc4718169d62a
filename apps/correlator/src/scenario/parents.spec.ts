import type { DecidedFact } from '../decide/decided-fact.js';
import { Story, saying } from '../decide/story.spec-support.js';
import type { Problem } from '../decide/state.js';
import { survivorOf } from './merged.js';
import { Parents } from './parents.js';

const at = (seconds: number) => `2026-03-02T09:00:0${seconds}.000Z`;

function problem(id: string, into?: string): Problem {
  const story = new Story();
  story.report('09:00', saying('firing'));
  const merged = { at: at(0), why: '' };
  return {
    ...story.problem,
    id,
    ...(into === undefined ? {} : { mergedInto: { problemId: into, ...merged } }),
  };
}

function fact(of: Problem, more: Partial<DecidedFact> = {}): DecidedFact {
  return { problem: of, fact: 'opened', announce: true, why: [], ...more };
}

function posted(parents: Parents, until: string, ...problems: readonly Problem[]): readonly string[] {
  parents.postUntil(until, new Map(problems.map((one) => [one.id, one])));
  return parents.posted.map(({ problem: { id }, at: time }) => `${id} ${time.slice(-6, -5)}`);
}

describe('a message of its own', () => {
  it('is the first fact of a problem that asks for attention', () => {
    const parents = new Parents();
    const a = problem('a');
    parents.take(fact(a, { announce: false }), at(0));
    parents.take(fact(a), at(1));
    expect(posted(parents, at(1), a)).toEqual(['a 1']);
    parents.take(fact(a, { fact: 'changed' }), at(2));
    expect(posted(parents, at(9), a)).toEqual(['a 1']);
  });

  it('waits until it is to be published, and no longer when it becomes urgent', () => {
    const parents = new Parents();
    const [a, b] = [problem('a'), problem('b')];
    parents.take(fact(a, { publishAt: at(5) }), at(1));
    parents.take(fact(b, { publishAt: at(5) }), at(1));
    parents.take(fact(b), at(2));
    expect(posted(parents, at(4), a, b)).toEqual(['b 2']);
    expect(posted(parents, at(5), a, b)).toEqual(['b 2', 'a 5']);
  });

  it('is never posted for a problem that became part of another one before', () => {
    const parents = new Parents();
    const a = problem('a');
    parents.take(fact(a, { publishAt: at(5) }), at(1));
    expect(posted(parents, at(9), problem('a', 'b'))).toEqual([]);
    parents.take(fact(problem('c', 'b')), at(9));
    expect(posted(parents, at(9), problem('c'))).toEqual([]);
  });
});

describe('a problem that became part of others', () => {
  const all = new Map([
    ['a', problem('a', 'b')],
    ['b', problem('b', 'c')],
    ['c', problem('c')],
    ['x', problem('x', 'y')],
    ['y', problem('y', 'x')],
  ]);

  it.each([
    ['a', 'c'],
    ['c', 'c'],
    ['unknown', 'unknown'],
  ])('%s is %s at the end', (id, survivor) => {
    expect(survivorOf(id, all)).toBe(survivor);
  });

  it('ends somewhere though they name each other', () => {
    expect(['x', 'y']).toContain(survivorOf('x', all));
  });
});
