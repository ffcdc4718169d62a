import { listeningSince } from './listening.js';

const heard = (at: number, undrained = 0) => ({ at, state: { instance: 'a', undrained } });

describe('listening', () => {
  it('goes on while ingest says that nothing waits in its spool', () => {
    expect(listeningSince(100_000, 5, [heard(95_000)])).toEqual({
      since: 5,
      isListening: true,
      knownUntil: 95_000,
    });
  });

  it('stands still while a spool is undrained', () => {
    expect(listeningSince(100_000, 5, [heard(95_000, 3)])).toEqual({
      since: 5,
      isListening: false,
      knownUntil: 95_000,
    });
  });

  it('begins anew after nothing was heard for a while', () => {
    expect(listeningSince(100_000, 5, [heard(80_000)])).toEqual({
      since: 100_000,
      isListening: false,
      knownUntil: 0,
    });
    expect(listeningSince(100_000, 5, [])).toEqual({
      since: 100_000,
      isListening: false,
      knownUntil: 0,
    });
  });

  it('forgets an ingest that is gone for a day', () => {
    const now = 25 * 60 * 60_000;
    expect(listeningSince(now, 5, [heard(now - 1_000), heard(0, 3)])).toEqual({
      since: 5,
      isListening: true,
      knownUntil: now - 1_000,
    });
  });

  it('knows the time of the ingest that it heard of least lately, of those that are there', () => {
    expect(listeningSince(100_000, 5, [heard(99_000), heard(91_000), heard(80_000)])).toMatchObject({
      isListening: true,
      knownUntil: 91_000,
    });
  });
});
