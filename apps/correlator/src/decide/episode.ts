import type { Actor, Observation, Source } from '@gomon/contracts';
import { aboutOf, type Topology } from './about.js';
import { asking, heldUntil } from './attention.js';
import { nothing, type Changes, type EvidenceBy, type ObservationOutcome } from './changes.js';
import { incidentFor } from './decide-incident.js';
import { endByTime } from './end-by-time.js';
import { beginsToFlap, changed, flappingWords } from './flapping.js';
import { idFrom, titleOf } from './identity.js';
import { inhibitsOf } from './inhibition.js';
import { routeOf, severityBy, type Rules } from './rules.js';
import { isAfter, type Alert, type Moment, type Problem, type Said, type State } from './state.js';
import type { Readable } from '../correlate/reading.js';
import { isSameValue } from './same-value.js';
import { earlier, later, latest } from './time.js';

/** One observation of a report. */
export interface ObservationInput {
  readonly kind: 'observation';
  readonly reportId: string;
  readonly index: number;
  readonly scope: string;
  readonly source: Source;
  readonly acceptedAt: string;
  readonly order: number;
  readonly observation: Observation;
}

export function momentOf(input: ObservationInput): Moment {
  return { acceptedAt: input.acceptedAt, order: input.order };
}

/** What is new: which condition, and the episode before. */
export interface Beginning {
  readonly input: ObservationInput;
  readonly fingerprint: string;
  readonly before?: Alert;
}

/** What an alert that an observation begins is, whatever was before. */
export function first(
  { input, fingerprint }: Pick<Beginning, 'input' | 'fingerprint'>,
  rules: Rules,
  topology: Topology,
): Readable {
  const { observation, scope, source, acceptedAt, reportId, index } = input;
  const { startsAt } = observation;
  const said = saidIn(observation);
  return {
    id: idFrom(acceptedAt, 'alert', reportId, index),
    scope,
    fingerprint,
    source,
    episode: 1,
    said,
    title: titleOf(observation.labels, observation.annotations),
    ...(startsAt === undefined ? {} : { startsAt }),
    firstSeenAt: acceptedAt,
    about: aboutOf(said, { source, scope }, rules, topology),
  };
}

/** Begins an episode, in a problem of its own. */
export function begin(
  { around }: Pick<State, 'around'>,
  { input, fingerprint, before }: Beginning,
  rules: Rules,
  now: string,
): { alert: Alert; problem: Problem; because: string; evidence: EvidenceBy } {
  const { observation, scope, source, acceptedAt } = input;
  const severity = severityBy(observation.labels, source, rules);
  const route = routeOf(observation.labels, source, severity.severity, rules);
  const begun = first({ input, fingerprint }, rules, around.topology);
  const { id, said, title, startsAt } = begun;
  const problemId = idFrom(acceptedAt, 'problem', input.reportId, input.index);
  const lease = leaseIn(input);
  const leased = lease === undefined ? {} : { leaseUntil: lease };
  const dueAt = endByTime({ ...leased, lastSeenAt: acceptedAt, source }, '', rules)?.at;
  const inhibits = rules.inhibitions.length === 0 ? [] : inhibitsOf({ scope, said }, rules);
  const alert: Alert = {
    ...begun,
    episode: (before?.episode ?? 0) + 1,
    severity: severity.severity,
    ...(startsAt === undefined ? {} : { latestStartsAt: startsAt }),
    lastSeenAt: acceptedAt,
    updatedAt: now,
    observations: 1,
    lastHeard: momentOf(input),
    problemId,
    ...(inhibits.length === 0 ? {} : { inhibits }),
    ...(before === undefined ? {} : changed(before, rules, acceptedAt)),
    missedLooks: 0,
    ...leased,
    ...(dueAt === undefined ? {} : { dueAt }),
  };
  const incident = incidentFor(problemId, severity.severity, rules, now);
  const held = heldUntil(severity.severity, rules, now);
  const problem: Problem = asking(
    {
      id: problemId,
      scope,
      version: 0,
      severity: severity.severity,
      title,
      source,
      primaryId: id,
      counts: { total: 1, firing: 1 },
      startsAt: startsAt ?? acceptedAt,
      openedAt: now,
      updatedAt: now,
      ...(incident === undefined ? {} : { incident }),
      ...(held === undefined ? {} : { heldUntil: held }),
      channel: route.channel,
      timeline: [],
      told: [],
      untold: [],
    },
    rules,
    now,
  );
  return {
    alert,
    problem,
    because: `${severity.why}; ${route.channel} because ${route.why}`,
    evidence: {
      severity: severity.why,
      route: `${route.channel} because ${route.why}`,
      ...(incident === undefined ? {} : { incident: incident.why }),
      ...(held === undefined ? {} : { hold: `it waits for ${rules.holdMs} ms` }),
    },
  };
}

/** Kinds of source whose `endsAt` of a firing alert is a lease, and no guess of the sender. */
const LEASES = new Set(['api']);

function leaseIn({ observation, source, acceptedAt }: ObservationInput): string | undefined {
  const { status, endsAt } = observation;
  if (status !== 'firing' || endsAt === undefined || !LEASES.has(source.kind)) return undefined;
  return later(endsAt, acceptedAt);
}

/** An alert that was mentioned once more. An observation older than what is known adds to the counts alone. */
export function heard(known: Alert, input: ObservationInput): Alert {
  const moment = momentOf(input);
  const { startsAt, status } = input.observation;
  const latestStartsAt = latest(known.latestStartsAt, startsAt);
  const counted: Alert = {
    ...known,
    observations: known.observations + 1,
    lastSeenAt: status === 'firing' ? later(known.lastSeenAt, input.acceptedAt) : known.lastSeenAt,
    missedLooks: status === 'firing' ? 0 : known.missedLooks,
    ...(latestStartsAt === undefined ? {} : { latestStartsAt }),
  };
  if (!isAfter(moment, known.lastHeard)) return counted;
  const renewed = leased(counted, leaseIn(input));
  const said = saidIn(input.observation);
  const isSame = isSameValue(said, known.said);
  return { ...renewed, lastHeard: moment, said: isSame || status === 'resolved' ? known.said : said };
}

/** It ends at the end of its lease, if that is not given anew; what else it waits for may come before. */
function leased(alert: Alert, lease: string | undefined): Alert {
  if (lease === undefined) return alert;
  return { ...alert, leaseUntil: lease, dueAt: earlier(alert.dueAt ?? lease, lease) };
}

/** Its source says once more what it said before: nothing but counts changes, and its problem does not matter. */
export function isPlainRepeat(known: Alert, { observation }: Pick<ObservationInput, 'observation'>): boolean {
  return (
    known.resolved === undefined &&
    observation.status === 'firing' &&
    isSameValue(saidIn(observation), known.said)
  );
}

function saidIn(observation: Observation): Said {
  const { status: _, startsAt: __, endsAt: ___, ...said } = observation;
  return said;
}

export function actorOf(source: Source): Actor {
  return { kind: 'source', id: `${source.kind}/${source.instance}` };
}

export function statusBefore(alert: Alert): string {
  if (alert.resolved !== undefined) return 'resolved';
  return alert.acknowledged === undefined ? 'firing' : 'acknowledged';
}

export function action(
  alert: Alert,
  what: Changes['actions'][number]['action'],
  actor: Actor,
  why: string,
  before: string | null,
): Changes['actions'][number] {
  return { alertId: alert.id, problemId: alert.problemId, action: what, actor, why, before };
}

/** That an alert begins to flap is told once, whatever mutes it; after that it is quiet. Undefined: it does not. */
export function flappingFrom(
  before: Alert | undefined,
  after: Alert,
  rules: Rules,
): { readonly why: string; readonly actions: Changes['actions'] } | undefined {
  if (!beginsToFlap(before, after)) return undefined;
  const why = flappingWords(after, rules);
  return {
    why,
    actions: [action(after, 'flapping', { kind: 'system', id: 'flapping' }, why, statusBefore(after))],
  };
}

/** It leads to a fact: it waits until a receiver has told it. */
export function told(alert: Alert, why: string, evidence?: EvidenceBy): ObservationOutcome {
  const { id: alertId, problemId } = alert;
  return { kind: 'observation', end: 'told', alertId, problemId, why, ...(evidence && { evidence }) };
}

/** It leads to nothing that asks for attention. */
export function outcome(
  alert: Alert,
  endOf: 'repeated' | 'late',
  why: string,
  changed: Partial<Pick<Changes, 'alerts' | 'problems'>>,
): Changes {
  return {
    ...nothing({ kind: 'observation', end: endOf, alertId: alert.id, problemId: alert.problemId, why }),
    ...changed,
  };
}

/** It comes too late to change anything; that it came stands in the audit. */
export function late(known: Alert, why: string, input: ObservationInput): Changes {
  const alert = heard(known, input);
  return {
    ...outcome(alert, 'late', why, { alerts: [alert] }),
    actions: [action(alert, 'late', actorOf(input.source), why, statusBefore(known))],
  };
}
