import type { Delivery } from '@gomon/messaging';

/** What the place of a report in its message means for the ledger. */
export interface PlaceCounts {
  /** The first report of a message announces those behind it. */
  readonly announced: number;
  /** It was announced by another. */
  readonly followed: number;
}

/**
 * The stream counts messages, and several reports may share one: the first announces the others, each of which follows. So
 * one that was lost is missed, whichever it is.
 */
export function placeCounts({ place }: Pick<Delivery<unknown>, 'place'>): PlaceCounts {
  if (place === undefined) return { announced: 0, followed: 0 };
  return place.index === 0 ? { announced: place.of - 1, followed: 0 } : { announced: 0, followed: 1 };
}

/** What a header says of how much a message holds; one that says nothing about it holds one. */
export function countSaid(said: string | undefined): number {
  return said !== undefined && /^\d{1,9}$/.test(said) ? Number(said) : 1;
}
