import fc from 'fast-check';
import { balance, type Ends } from './read-ledger.js';

/** A message of the stream, and what came of each of its reports so far. */
interface Message {
  readonly reports: readonly { readonly observations: number; readonly end: End }[];
  /** Its consumer has settled it, and all before it. */
  readonly isBehindFloor: boolean;
}

type End = 'decided' | 'duplicate' | 'dead' | 'open';

/** What stream and database say when these messages were stored. */
function lookAt(messages: readonly Message[]) {
  const all = messages.flatMap(({ reports }) =>
    reports.map((each, index) => ({ ...each, index, of: reports.length })),
  );
  const are = (...ends: readonly End[]) => all.filter(({ end }) => ends.includes(end));
  const sum = (of: readonly { readonly observations: number }[]) =>
    of.reduce((total, { observations }) => total + observations, 0);
  const announced = (of: ReturnType<typeof are>) =>
    of.reduce((total, { index, of: size }) => total + (index === 0 ? size - 1 : 0), 0);
  const followed = (of: ReturnType<typeof are>) => of.filter(({ index }) => index > 0).length;
  const settled = messages.flatMap(({ reports }, seq) => {
    const done = reports.filter(({ end }) => end !== 'open');
    const first = reports[0]?.end === 'open' ? 0 : reports.length - 1;
    return done.length === 0
      ? []
      : [{ seq, reports: done.length, announced: first, observations: sum(done) }];
  });
  const ends: Ends = {
    reports: are('decided').length,
    duplicates: are('duplicate').length,
    announced: announced(are('decided', 'duplicate')),
    followed: followed(are('decided', 'duplicate')),
    observations: sum(are('decided')),
    repeated: sum(are('decided')),
    late: 0,
    muted: 0,
    merged: 0,
    digested: 0,
    toTell: 0,
    untold: 0,
    deadReports: are('dead').length,
    deadAnnounced: announced(are('dead')),
    deadFollowed: followed(are('dead')),
    deadMessageObservations: sum(are('dead')),
    deadHttpObservations: 0,
    settled: settled.filter(({ seq }) => messages[seq]?.isBehindFloor === false),
  };
  const open = messages.flatMap(({ reports, isBehindFloor }, seq) =>
    isBehindFloor ? [] : [{ seq, storedAt: new Date(), reports: reports.length, observations: sum(reports) }],
  );
  return { ends, stream: { messages: messages.length, open, unread: 0 } };
}

const end = fc.constantFrom<End>('decided', 'duplicate', 'dead', 'open');
const settledEnd = fc.constantFrom<End>('decided', 'duplicate', 'dead');
const reportsEnding = (ends: fc.Arbitrary<End>) =>
  fc.array(fc.record({ observations: fc.nat(5), end: ends }), { minLength: 1, maxLength: 5 });
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ reports: reportsEnding(settledEnd), isBehindFloor: fc.constant(true) }),
  fc.record({ reports: reportsEnding(end), isBehindFloor: fc.constant(false) }),
);

describe('the balance of the ledger', () => {
  it('is there however far each message has come, and says what is in flight', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const { ends, stream } = lookAt(messages);
        const { balanced, reports } = balance(ends, stream);
        const all = messages.flatMap((each) => each.reports);
        expect({ balanced, accepted: reports.accepted, inFlight: reports.inFlight }).toEqual({
          balanced: true,
          accepted: all.length,
          inFlight: all.filter((each) => each.end === 'open').length,
        });
      }),
      { numRuns: 500 },
    );
  });

  it('is gone when any one report of a settled message was lost, wherever it stood', () => {
    const settledMessages = fc.array(
      fc.record({ reports: reportsEnding(settledEnd), isBehindFloor: fc.constant(true) }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(settledMessages, fc.nat(), (messages, which) => {
        const places = messages.flatMap(({ reports }, of) => reports.map((_, index) => ({ of, index })));
        const lost = places[which % places.length];
        const { ends, stream } = lookAt(
          messages.map((each, of) => ({
            ...each,
            reports: each.reports.map((one, index) =>
              of === lost?.of && index === lost.index ? { ...one, end: 'open' as const } : one,
            ),
          })),
        );
        expect(balance(ends, stream).balanced).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
