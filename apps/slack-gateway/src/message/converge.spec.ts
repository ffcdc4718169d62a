import type { ProblemView } from '@gomon/contracts';
import { again, Convergence, done, type Outcome } from '@gomon/messaging';
import { of, throwError, type Observable } from 'rxjs';
import { shownInSlack } from './converge.js';
import { problemView } from './problem-view.spec-support.js';
import type { Telling } from './telling.js';

const DAY_MS = 24 * 60 * 60_000;
const NOW = Date.parse('2026-03-01T10:00:00.000Z');
const told = {
  receiver: 'slack',
  channel: '#a',
  channelId: 'C1',
  ts: '1.1',
  version: 1,
  at: '2026-03-01T09:00:00.000Z',
} as const;

interface Question {
  readonly status: readonly string[];
  readonly cursor?: string;
}

/** Converges with a record of pages until `count` tellings were made. */
async function tellings(
  pageOf: (question: Question) => Observable<unknown>,
  settings: { afterLoss: boolean; count: number; answer?: (index: number) => Outcome },
): Promise<readonly Telling[]> {
  const all: Telling[] = [];
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const teller = {
    tell: (telling: Telling) => {
      all.push(telling);
      if (all.length >= settings.count) finish();
      return Promise.resolve(settings.answer?.(all.length) ?? done);
    },
  };
  const client = { send: (_subject: unknown, question: unknown) => pageOf(question as Question) };
  const convergence = new Convergence(
    client as ConstructorParameters<typeof Convergence>[0],
    shownInSlack(teller),
    () => undefined,
    20,
    () => NOW,
  );
  convergence.start(settings.afterLoss);
  await finished;
  await convergence.stop();
  return all;
}

function page(problems: readonly ProblemView[], nextCursor?: string): Observable<unknown> {
  const tell = { receiver: 'slack', channel: '#a', announce: false, why: [] };
  return of({ items: problems.map((problem) => ({ problem, tell })), nextCursor });
}

describe('the comparison with the record', () => {
  it('tells what was never told or has changed, and nothing else', async () => {
    const never = problemView({ version: 1 });
    const behind = problemView({ version: 3, told: [told] });
    const right = problemView({ version: 1, told: [told] });
    const all = await tellings(
      ({ status }) => page(status.includes('firing') ? [never, right, behind] : []),
      { afterLoss: false, count: 2 },
    );
    expect(all.slice(0, 2).map(({ problem }) => problem)).toEqual([never, behind]);
    expect(all[0]?.attempt).toBe(2);
  });

  it('asks again when nobody answers, and tells again what could not be told', async () => {
    let asked = 0;
    const all = await tellings(
      ({ status }) => {
        asked += 1;
        if (asked === 1) return throwError(() => new Error('nobody there'));
        return page(status.includes('firing') ? [problemView()] : []);
      },
      { afterLoss: false, count: 3, answer: () => again(1, 'Slack is slow') },
    );
    expect(all.length).toBeGreaterThanOrEqual(3);
  });

  it.each([
    [false, 3],
    [true, 31],
  ])('looks further back for what has ended when facts were lost (%s)', async (afterLoss, pages) => {
    const ended = (days: number) =>
      problemView({
        version: 2,
        status: 'resolved',
        resolved: { at: told.at, by: 'source' },
        openedAt: new Date(NOW - days * DAY_MS).toISOString(),
        told: [told],
      });
    const cursors = new Set<number>();
    await tellings(
      ({ status, cursor = '0' }) => {
        if (status.includes('firing')) return page([]);
        cursors.add(Number(cursor));
        return page([ended(Number(cursor))], String(Number(cursor) + 1));
      },
      { afterLoss, count: pages + 1 },
    );
    expect(cursors.size).toBe(pages);
  });

  it('looks as far back again while something of what was lost could not be told yet', async () => {
    const far = 5;
    const ended = problemView({
      version: 2,
      status: 'resolved',
      resolved: { at: told.at, by: 'source' },
      openedAt: new Date(NOW).toISOString(),
      told: [told],
    });
    const all = await tellings(
      ({ status, cursor = '0' }) => {
        if (status.includes('firing')) return page([]);
        const at = Number(cursor);
        return at < far
          ? page([problemView({ openedAt: ended.openedAt, told: [told] })], String(at + 1))
          : page([ended]);
      },
      { afterLoss: true, count: 3, answer: (index) => (index < 3 ? again(1, 'too many updates') : done) },
    );
    expect(all.map(({ problem }) => problem)).toEqual([ended, ended, ended]);
  });
});
