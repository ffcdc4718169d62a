import type { Labels, Severity } from '@gomon/contracts';

/** An alert as a source tells it: who said which labels. Times are seconds from the start. */
export interface PlayedMember {
  readonly source: string;
  readonly labels: Labels;
  readonly firstAt: number;
}

export interface PlayedProblem {
  readonly id: string;
  /** At the end, or when it was open last. */
  readonly primary: Labels;
  /** The highest that it had while it was open. */
  readonly severity: Severity;
  /** Why its primary is that, in words. */
  readonly reason: string;
  readonly members: readonly PlayedMember[];
  /** It was never told because something muted it. */
  readonly isMuted: boolean;
}

interface Event {
  readonly at: number;
  /** Of the problem that it is of at the end. */
  readonly problemId: string;
  readonly primary: Labels;
}
export type PlayedIncident = Event;
/** A message that was posted, and not one that changed. */
export interface PlayedNotification extends Event {
  readonly channel: string;
}
export interface PlayedMute extends Event {
  readonly why: string;
}

/** What came of a scenario. */
export interface Played {
  readonly name: string;
  readonly observations: number;
  readonly problems: readonly PlayedProblem[];
  readonly incidents: readonly PlayedIncident[];
  readonly notifications: readonly PlayedNotification[];
  readonly mutes: readonly PlayedMute[];
  /** What was decided, in words. */
  readonly why: readonly string[];
  /** Steps that could not be done. */
  readonly faults: readonly string[];
}
