import type { DecidedCommand, DecidedReport, HistoryItem } from '@gomon/contracts';

/** What was decided at one time. */
export interface Moment {
  readonly at: string;
  /** In the order in which they were accepted. */
  readonly reports: readonly DecidedReport[];
  readonly commands: readonly DecidedCommand[];
}

/** Items that come in the order of decisions, by their times. */
export async function* momentsOf(items: AsyncIterable<HistoryItem>): AsyncGenerator<Moment> {
  let gathered: HistoryItem[] = [];
  for await (const item of items) {
    const [first] = gathered;
    if (first !== undefined && first.decidedAt !== item.decidedAt) {
      yield momentOf(first.decidedAt, gathered);
      gathered = [];
    }
    gathered.push(item);
  }
  const [first] = gathered;
  if (first !== undefined) yield momentOf(first.decidedAt, gathered);
}

function momentOf(at: string, items: readonly HistoryItem[]): Moment {
  return {
    at,
    reports: items.filter((item) => item.kind === 'report').toSorted((a, b) => a.order - b.order),
    commands: items.filter((item) => item.kind === 'command'),
  };
}
