import type {
  About,
  Acknowledgement,
  Actor,
  Announcement,
  Assignment,
  Ending,
  Escalation,
  LikelyCause,
  LinkedIncident,
  Merged,
  Muted,
  Observation,
  Placement,
  Severity,
  Source,
  Storm,
  TimelineEntry,
  Told,
  ToldDigest,
} from '@gomon/contracts';
import type { Traits } from '../correlate/traits.js';
import type { Graph } from '../correlate/graph.js';
import { NO_TOPOLOGY, type Topology } from './about.js';
import type { Asking } from './attention.js';
import type { Beat } from './heartbeats.js';
import type { Silence } from './silences.js';

/** When a source was heard: by acceptance, and within one millisecond by the stream's order. */
export interface Moment {
  readonly acceptedAt: string;
  /** Rises with each report of the stream. */
  readonly order: number;
}

export function isAfter(a: Moment, b: Moment): boolean {
  return a.acceptedAt === b.acceptedAt ? a.order > b.order : a.acceptedAt > b.acceptedAt;
}

/** What a source says of an alert; the newest word counts. */
export type Said = Omit<Observation, 'status' | 'startsAt' | 'endsAt'>;

/** One episode of a condition. Times are RFC 3339 in UTC with milliseconds, so that they compare as text. */
export interface Alert {
  readonly id: string;
  readonly scope: string;
  readonly fingerprint: string;
  readonly source: Source;
  readonly episode: number;
  readonly said: Said;
  readonly severity: Severity;
  readonly title: string;
  readonly startsAt?: string;
  /** The newest `startsAt` it was reported with: some senders move it with every repeat. */
  readonly latestStartsAt?: string;
  readonly firstSeenAt: string;
  /** Acceptance of the newest firing. */
  readonly lastSeenAt: string;
  readonly updatedAt: string;
  /** Observations of this episode, repeats included. */
  readonly observations: number;
  readonly lastHeard: Moment;
  readonly acknowledged?: Acknowledgement;
  readonly assigned?: Assignment;
  /** A person, or time, has made its problem worse. */
  readonly escalated?: Escalation;
  /** Of its problem. */
  readonly incidentId?: string;
  readonly resolved?: Ending;
  /** The source itself reported the end: only then a firing with an old `startsAt` is late. */
  readonly endedBySource?: Moment;
  readonly archived?: Archiving;
  readonly about: About;
  /** What it mutes while it fires, by inhibition rule and equal labels. */
  readonly inhibits?: readonly string[];
  /** When it changed between firing and resolved, the newest last; over its episodes. */
  readonly changes?: readonly string[];
  readonly flappingSince?: string;
  readonly muted?: Muted;
  readonly problemId: string;
  /** A person has put it there: until the episode is over the rules leave it there. */
  readonly placed?: Placement;
  /** Snapshots of its source, one after another, that no longer held it. */
  readonly missedLooks: number;
  /** Until when it fires if its source does not say so again, where the source gives such a time. */
  readonly leaseUntil?: string;
  /** When it is to be looked at because time passed; absent: never. */
  readonly dueAt?: string;
}

export interface Archiving {
  readonly at: string;
  readonly by: Actor;
  readonly reason: string;
}

/** How many alerts a problem has. */
export interface Counts {
  readonly total: number;
  readonly firing: number;
}

/** Alerts that belong together, and where they are told. */
export interface Problem {
  readonly id: string;
  readonly scope: string;
  /** Plus one with each transaction that has something to tell. 0: not written yet. */
  readonly version: number;
  readonly severity: Severity;
  readonly title: string;
  readonly source: Source;
  readonly primaryId: string;
  readonly likelyCause?: LikelyCause;
  readonly counts: Counts;
  readonly mergedInto?: Merged;
  readonly startsAt: string;
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly acknowledged?: Acknowledgement;
  /** A person has changed its severity. */
  readonly escalated?: Escalation;
  readonly assigned?: Assignment;
  readonly resolved?: Ending;
  readonly archived?: Archiving;
  readonly incident?: Incident;
  /** It is urgent, and an incident from then on if it is a problem of its own still. */
  readonly incidentAt?: string;
  /** While attention is asked for, and nobody has acknowledged it. */
  readonly asking?: Asking;
  /** Not told before, so that a burst is one message. */
  readonly heldUntil?: string;
  readonly muted?: ProblemMuted;
  /** When it is to be looked at because time passed; absent: never. */
  readonly dueAt?: string;
  /** Fixed when it opens: a conversation does not move. */
  readonly channel: string;
  readonly timeline: readonly TimelineEntry[];
  /** When attention was asked for last. */
  readonly announced?: Announcement;
  /** Alerts that joined of late, while that is no storm yet. */
  readonly joins?: readonly Joins[];
  readonly storm?: Storm;
  /** The newest that was told. */
  readonly digest?: ToldDigest;
  readonly told: readonly Told[];
  /** Observations that no receiver has been told of yet, by the version that tells them. */
  readonly untold: readonly Untold[];
}

export interface ProblemMuted extends Muted {
  /** What can end it, so that it is looked at then: `silence:<id>`, `inhibition:<key>`. */
  readonly keys: readonly string[];
  /** When a silence ends by itself; absent: none does. */
  readonly until?: string;
}

/** A problem that somebody must own. It is open for as long as the problem is. */
export interface Incident {
  readonly id: string;
  readonly openedAt: string;
  readonly openedBy: Actor;
  readonly why: string;
  /** What the provider has of it. */
  readonly linked?: LinkedIncident;
  readonly failure?: { readonly at: string; readonly reason: string };
}

/** So many alerts joined a problem within a part of the window of its limit. */
export interface Joins {
  readonly at: string;
  readonly alerts: number;
}

export interface Untold {
  readonly version: number;
  readonly observations: number;
}

/** What a transaction loaded: everything its inputs can touch. */
export interface State {
  /** By alert id: the newest episode of each fingerprint in question, and of the problems below the primary and some others. */
  readonly alerts: ReadonlyMap<string, Alert>;
  /** The ids of those alerts of a problem that are loaded. */
  readonly members: (problemId: string) => Iterable<string>;
  /** By problem id. */
  readonly problems: ReadonlyMap<string, Problem>;
  /** From fingerprint to the alert id of its newest episode. */
  readonly newest: ReadonlyMap<string, string>;
  /** Signs of life that are waited for, by id. */
  readonly beats: ReadonlyMap<string, Beat>;
  readonly around: Around;
}

/** What stands around the alerts, and is asked for when they are decided. */
export interface Around {
  /** All that are not over. */
  readonly silences: readonly Silence[];
  /** Firing alerts that mute others, by what they mute. */
  readonly inhibitors: ReadonlyMap<string, ReadonlyMap<string, Inhibitor>>;
  readonly topology: Topology;
  /** By scope: the alerts of its open problems. A scope that is missing puts nothing together. */
  readonly graphs: ReadonlyMap<string, Graph>;
  /** Incidents that were opened of late, the newest last. */
  readonly calls: readonly Call[];
  /** By id: what is known already of alerts that may begin. */
  readonly read: ReadonlyMap<string, Traits>;
}

/** Somebody was called for a problem. */
export interface Call {
  readonly problemId: string;
  readonly scope: string;
  readonly title: string;
  readonly at: string;
  /** Whose its likely cause is; absent: nobody's. */
  readonly owner?: string;
}

/** A firing alert that mutes others. */
export interface Inhibitor {
  readonly id: string;
  readonly title: string;
}

export const NOTHING_AROUND: Around = {
  silences: [],
  inhibitors: new Map(),
  topology: NO_TOPOLOGY,
  graphs: new Map(),
  calls: [],
  read: new Map(),
};

export const EMPTY_STATE: State = {
  alerts: new Map(),
  members: () => [],
  problems: new Map(),
  newest: new Map(),
  beats: new Map(),
  around: NOTHING_AROUND,
};

export function stateOf(
  alerts: Iterable<Alert>,
  problems: Iterable<Problem>,
  around: Around = NOTHING_AROUND,
  beats: ReadonlyMap<string, Beat> = new Map(),
): State {
  const byId = new Map<string, Alert>();
  const newest = new Map<string, string>();
  const members = new Map<string, Set<string>>();
  for (const alert of alerts) {
    byId.set(alert.id, alert);
    const of = members.get(alert.problemId);
    if (of === undefined) members.set(alert.problemId, new Set([alert.id]));
    else of.add(alert.id);
    const known = byId.get(newest.get(alert.fingerprint) ?? '');
    if (known === undefined || known.episode <= alert.episode) newest.set(alert.fingerprint, alert.id);
  }
  return {
    alerts: byId,
    members: (problemId) => members.get(problemId) ?? [],
    problems: new Map([...problems].map((problem) => [problem.id, problem])),
    newest,
    beats,
    around,
  };
}

export function newestOf(state: State, fingerprint: string): Alert | undefined {
  const id = state.newest.get(fingerprint);
  return id === undefined ? undefined : state.alerts.get(id);
}

export function isOver({ resolved, archived }: Pick<Problem, 'resolved' | 'archived'>): boolean {
  return resolved !== undefined || archived !== undefined;
}

/** Those alerts of a problem that are loaded, the primary first. */
export function membersOf(
  { alerts, members }: Pick<State, 'alerts' | 'members'>,
  { id, primaryId }: Pick<Problem, 'id' | 'primaryId'>,
): readonly Alert[] {
  const all = [...members(id)].flatMap((one) => alerts.get(one) ?? []);
  const primary = all.find((one) => one.id === primaryId);
  return primary === undefined ? all : [primary, ...all.filter((one) => one !== primary)];
}
