import { cutText, DIGEST_ENTRIES, type Digest, type Severity } from '@gomon/contracts';
import type { Standing } from '../correlate/graph.js';

/** Of a name in a digest, in UTF-16 units. */
const LONGEST_NAME = 200;

interface Share {
  total: number;
  firing: number;
}

/** The counts of a problem's alerts: a function of what they are now, and of bounded size however many there are. */
export function digestOf(
  members: Iterable<Pick<Standing, 'traits' | 'severity' | 'endedAt'>>,
  about: Pick<Digest, 'number' | 'at' | 'from' | 'joined' | 'ended' | 'last'>,
): Digest {
  const all: Share = { total: 0, firing: 0 };
  const severities = new Map<Severity, Share>();
  const namespaces = new Map<string, Share>();
  const titles = new Map<string, Share>();
  for (const { traits, severity, endedAt } of members) {
    const isFiring = endedAt === undefined;
    count(all, isFiring);
    count(shareOf(severities, severity), isFiring);
    count(shareOf(namespaces, cutText(traits.namespace, LONGEST_NAME)), isFiring);
    count(shareOf(titles, cutText(traits.title, LONGEST_NAME)), isFiring);
  }
  const [namespacesShown, otherNamespaces] = mostOf(namespaces);
  const [titlesShown, otherTitles] = mostOf(titles);
  return {
    ...about,
    ...all,
    severities: [...severities]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([severity, share]) => ({ severity, ...share })),
    namespaces: namespacesShown,
    ...(otherNamespaces === undefined ? {} : { otherNamespaces }),
    titles: titlesShown,
    ...(otherTitles === undefined ? {} : { otherTitles }),
  };
}

function shareOf<Name>(shares: Map<Name, Share>, name: Name): Share {
  const known = shares.get(name);
  if (known !== undefined) return known;
  const share = { total: 0, firing: 0 };
  shares.set(name, share);
  return share;
}

function count(share: Share, isFiring: boolean): void {
  share.total += 1;
  if (isFiring) share.firing += 1;
}

/** Those of which most fire, and what is left, counted together. */
function mostOf(
  shares: ReadonlyMap<string, Share>,
): readonly [Digest['titles'], Digest['otherTitles'] | undefined] {
  const sorted = [...shares]
    .map(([name, share]) => ({ name, ...share }))
    .sort((a, b) => b.firing - a.firing || b.total - a.total || (a.name < b.name ? -1 : 1));
  const left = sorted.slice(DIGEST_ENTRIES);
  if (left.length === 0) return [sorted, undefined];
  const others = { names: left.length, total: 0, firing: 0 };
  for (const { total, firing } of left) {
    others.total += total;
    others.firing += firing;
  }
  return [sorted.slice(0, DIGEST_ENTRIES), others];
}
