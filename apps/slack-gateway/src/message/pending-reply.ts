import type { Announcement, ProblemView } from '@gomon/contracts';
import type { Posted } from '../claim/claim.js';
import { renderDigest } from './render-digest.js';
import { renderAnnouncement, type Rendered } from './render-problem.js';

/** What is told in a reply to the message of a problem. */
export interface PendingReply {
  readonly what: ReplyKind;
  /** Of the problem, in which it was decided. */
  readonly version: number;
  readonly render: () => Rendered;
}

export type ReplyKind = NonNullable<NonNullable<Posted['announcing']>['what']>;

/** The version of the last digest that stands in the thread. */
export function digestedIn({ digested, version }: Posted): number {
  return digested ?? version;
}

/** What its message's readers have not been asked to look at yet; undefined: nothing. */
export function pendingAnnouncement({ announced }: ProblemView, claim: Posted): Announcement | undefined {
  if (announced === undefined) return undefined;
  return (claim.announced ?? claim.version) < announced.version ? announced : undefined;
}

/**
 * The reply that is due next, before or after the message itself is changed: who is asked to look is asked at once; a digest
 * stands below a message that shows its counts. What somebody has begun goes first.
 */
export function nextReply(problem: ProblemView, claim: Posted): PendingReply | undefined {
  const announced = pendingAnnouncement(problem, claim);
  const { digest } = problem;
  const isDigestDue = digest !== undefined && digestedIn(claim) < digest.version;
  const isBegun = claim.announcing?.what === 'digest';
  if (
    digest !== undefined &&
    isDigestDue &&
    (isBegun || (announced === undefined && claim.version >= problem.version))
  )
    return { what: 'digest', version: digest.version, render: () => renderDigest(problem, digest) };
  return announced === undefined
    ? undefined
    : {
        what: 'announcement',
        version: announced.version,
        render: () => renderAnnouncement(problem, announced),
      };
}

/** The claim once a reply stands. */
export function withReply(claim: Posted, { what, version }: Pick<PendingReply, 'what' | 'version'>): Posted {
  return what === 'digest' ? { ...claim, digested: version } : { ...claim, announced: version };
}
