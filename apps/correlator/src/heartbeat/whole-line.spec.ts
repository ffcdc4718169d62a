import { faultsOf, stuckAfter, type ConsumerLook, type LineLook } from './whole-line.js';

const consumer: ConsumerLook = {
  name: 'slack-opened-urgent',
  isServed: true,
  unacknowledged: 0,
  ackFloor: 7,
};

function look(at: number, more: Partial<ConsumerLook> = {}, line: Partial<LineLook> = {}): LineLook {
  return { at, hearsIngest: true, oldestOutboxSeconds: 0, consumers: [{ ...consumer, ...more }], ...line };
}

function faultsAfter(...looks: readonly LineLook[]): readonly string[] {
  let stuck = new Map<string, { since: number; ackFloor: number }>() as ReturnType<typeof stuckAfter>;
  let faults: readonly string[] = [];
  for (const each of looks) {
    stuck = stuckAfter(stuck, each);
    faults = faultsOf(each, stuck);
  }
  return faults;
}

describe('the whole line', () => {
  it('works while everybody is there and nothing waits too long', () => {
    expect(faultsAfter(look(0), look(200_000))).toEqual([]);
  });

  it('is broken while ingest is not heard, facts do not leave, or nobody consumes', () => {
    const line = { hearsIngest: false, oldestOutboxSeconds: 61.4 };
    expect(faultsAfter(look(0, { isServed: false }, line))).toEqual([
      'no ingest is heard',
      'facts wait in the outbox for 61 s',
      'nobody consumes slack-opened-urgent',
    ]);
  });

  it('is broken when a consumer has work and acknowledges nothing', () => {
    const waiting = { unacknowledged: 3 };
    expect(faultsAfter(look(0, waiting), look(100_000, waiting))).toEqual([]);
    expect(faultsAfter(look(0, waiting), look(121_000, waiting))).toEqual(['slack-opened-urgent is stuck']);
    expect(faultsAfter(look(0, waiting), look(121_000, { ...waiting, ackFloor: 8 }))).toEqual([]);
  });
});
