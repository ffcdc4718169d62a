import type { LikelyCause } from '@gomon/contracts';
import type { Standing } from './graph.js';
import type { GraphView } from './graph-view.js';
import { nameIn, type Key } from './keys.js';

/** So many of the others are looked at. */
const MOST = 200;
/** What speaks for the first of several that are alike, of which none is known to follow from another. */
const FIRST_OF_ALIKE = 0.5;

/** Why an alert is taken for the cause of the others of its problem; undefined: there are no others. */
export function likelyCauseOf(primary: Standing, view: GraphView): LikelyCause | undefined {
  const { id, onset, title } = primary.traits;
  const others: Standing[] = [];
  for (const other of view.membersOf(primary.problemId)) {
    if (other.traits.id !== id) others.push(other);
    if (others.length === MOST) break;
  }
  if (others.length === 0) return undefined;
  const direct = others.filter(({ cause }) => cause?.id === id);
  const followers = direct.length > 0 ? direct : others;
  const lag = Math.round((Math.min(...followers.map(({ traits }) => traits.onset)) - onset) / 1_000);
  const when = lag < 0 ? `${-lag} s after the first of` : `${lag} s before`;
  const [first] = direct;
  if (first?.cause === undefined) {
    const arePlaced = primary.isPlaced === true && others.some(({ isPlaced }) => isPlaced);
    const how = arePlaced ? 'people have put or left together' : 'are alike';
    return {
      why: `${title} is the first of ${countOf(others.length + 1)} alerts that ${how}`,
      score: FIRST_OF_ALIKE,
    };
  }
  const { pattern, key } = first.cause;
  const what = direct.length === 1 ? '1 alert that follows' : `${countOf(direct.length)} alerts that follow`;
  return {
    why: `${title}, ${when} ${what} from it: ${pattern}${sharedIn(key)}`,
    score: Math.max(...direct.map(({ cause }) => cause?.score ?? 0)),
  };
}

/** Why an alert belongs to a problem. */
export function belongsBecause(standing: Standing, view: GraphView): string {
  const { cause } = standing;
  if (cause === undefined) {
    if (causesOne(standing, view)) return 'others of it follow from it';
    const named = view.get(standing.named ?? '');
    return named === undefined ? 'it is like others of it' : `it names what ${named.traits.title} is about`;
  }
  const title = view.get(cause.id)?.traits.title;
  return `${cause.pattern}${sharedIn(cause.key)}${title === undefined ? '' : `: it follows from ${title}`}`;
}

function causesOne({ traits, problemId }: Standing, view: GraphView): boolean {
  let looked = 0;
  for (const other of view.membersOf(problemId)) {
    if (other.cause?.id === traits.id) return true;
    looked += 1;
    if (looked === MOST) break;
  }
  return false;
}

function sharedIn(key: Key): string {
  const name = nameIn(key);
  return name === '' ? '' : ` (${key.slice(0, key.indexOf(':'))} ${name})`;
}

function countOf(count: number): string {
  return count >= MOST ? `${MOST} or more` : String(count);
}
