import type { Observation, Source } from '@gomon/contracts';
import { nothing, type Changes } from './changes.js';
import type { HeartbeatRule } from './compile-rules.js';
import { decideObservation } from './decide-observation.js';
import type { SnapshotInput } from './decide-snapshot.js';
import type { ObservationInput } from './episode.js';
import { fingerprintsOf, idFrom, OUR_SOURCE } from './identity.js';
import type { Rules } from './rules.js';
import type { State } from './state.js';
import { clock, later, plusMs, span } from './time.js';

/** A sign of life that is waited for: of one rule and one source. */
export interface Beat {
  readonly id: string;
  readonly scope: string;
  /** Of its rule. */
  readonly name: string;
  readonly source: Source;
  readonly lastSeenAt: string;
  /** Since when it is missed, as an alert says. */
  readonly missingSince?: string;
  /** When it is to be looked at; absent: it is missed already. */
  readonly dueAt?: string;
}

/** Where alerts come from that GoMon raises itself. */
const OURSELVES: Source = { kind: OUR_SOURCE, instance: 'heartbeats' };
/** A source that repeats every so often is waited for half as long again. */
const DEFAULT_EVERY_MS = 6 * 3_600_000;

export function beatIdOf(scope: string, name: string, source: Source): string {
  return idFrom('1970-01-01T00:00:00.000Z', 'heartbeat', scope, name, source.kind, source.instance);
}

/** The beats that an observation is one of, by the rules. */
export function beatsIn(
  { observation, source }: Pick<ObservationInput, 'observation' | 'source'>,
  { heartbeats }: Pick<Rules, 'heartbeats'>,
): readonly HeartbeatRule[] {
  // The end of the alert that is the sign of life is none.
  return heartbeats.filter(
    (rule) => (observation.status === 'firing' || !rule.isQuiet) && rule.isFor(observation.labels, source),
  );
}

/** The beats that a snapshot is one of, whatever it holds: its source is alive. */
export function beatsOfSource(
  source: Source,
  { heartbeats }: Pick<Rules, 'heartbeats'>,
): readonly HeartbeatRule[] {
  return heartbeats.filter((rule) => !rule.isQuiet && rule.isFor({}, source));
}

/** The identity of the alert that says that a heartbeat is missed. */
export function missingFingerprints(
  scope: string,
  name: string,
  source: Source,
  rules: Rules,
): readonly string[] {
  return fingerprintsOf(scope, OURSELVES, labelsOf({ name, severity: 'P1' }, source), rules);
}

/**
 * A sign of life is noted, and what is missing is found again. One that is nothing else is told to nobody. Undefined: the
 * observation is none.
 */
export function heardHeartbeats(
  state: State,
  input: ObservationInput,
  rules: Rules,
  now: string,
): Changes | undefined {
  const heard = beatsIn(input, rules);
  if (heard.length === 0) return undefined;
  const { beats, changes } = hear(state, heard, input, rules, now);
  const names = heard.map(({ name }) => name).join(', ');
  const isQuiet = heard.some((rule) => rule.isQuiet);
  const rest = isQuiet
    ? nothing({ kind: 'observation', end: 'repeated', why: `a sign of life (heartbeat ${names})` })
    : decideObservation(state, input, rules, now);
  return { ...together(changes, rest), beats };
}

/** A snapshot is a sign of life of its source, also where it holds nothing. `rest`: what else it changes. */
export function heardSnapshot(
  state: State,
  input: SnapshotInput,
  rest: Changes,
  rules: Rules,
  now: string,
): Changes {
  const { beats, changes } = hear(state, beatsOfSource(input.source, rules), input, rules, now);
  return { ...together(changes, rest), beats };
}

/** Notes signs of life. `changes`: what was missing is found again. */
function hear(
  state: State,
  heard: readonly HeartbeatRule[],
  { scope, source, acceptedAt, order }: Pick<ObservationInput, 'scope' | 'source' | 'acceptedAt' | 'order'>,
  rules: Rules,
  now: string,
): { readonly beats: readonly Beat[]; readonly changes: Changes | undefined } {
  const beats: Beat[] = [];
  let changes: Changes | undefined;
  for (const rule of heard) {
    const id = beatIdOf(scope, rule.name, source);
    const known = state.beats.get(id);
    const lastSeenAt = known === undefined ? acceptedAt : later(known.lastSeenAt, acceptedAt);
    // It was heard before it was missed: that it is there again is not said by that.
    if (known?.missingSince !== undefined && lastSeenAt <= known.missingSince) continue;
    beats.push({
      id,
      scope,
      name: rule.name,
      source,
      lastSeenAt,
      dueAt: plusMs(lastSeenAt, everyMs(rule, source, rules)),
    });
    if (known?.missingSince === undefined) continue;
    const back = aboutMissing(rule, known, 'resolved', acceptedAt, order);
    changes = together(changes, decideObservation(state, back, rules, now));
  }
  return { beats, changes };
}

/** The time of a beat has come: it raises an alert, if it was not heard. */
export function missedBeat(
  state: State,
  beat: Beat,
  { watermark, listeningSince }: { readonly watermark: string; readonly listeningSince: string },
  rules: Rules,
  now: string,
): Changes {
  const rule = rules.heartbeats.find(({ name }) => name === beat.name);
  const { dueAt: _, ...settled } = beat;
  if (rule === undefined) return forgotten(state, beat, rules, now);
  if (beat.missingSince !== undefined) {
    return { ...nothing({ kind: 'tick', why: 'it is missed already' }), beats: [settled] };
  }
  const wait = everyMs(rule, beat.source, rules);
  const dueAt = plusMs(later(beat.lastSeenAt, listeningSince), wait);
  if (watermark < dueAt) {
    return { ...nothing({ kind: 'tick', why: 'not yet' }), beats: [{ ...beat, dueAt }] };
  }
  const missing = { ...settled, missingSince: watermark };
  const changes = decideObservation(state, aboutMissing(rule, missing, 'firing', watermark, 0), rules, now);
  const why = `heartbeat ${beat.name} has not been heard of for ${span(wait)}`;
  return { ...changes, beats: [missing], outcome: { kind: 'tick', why } };
}

/** Nobody waits for it any more: it is not missed either. */
function forgotten(state: State, beat: Beat, rules: Rules, now: string): Changes {
  const { dueAt: _, missingSince, ...rest } = beat;
  const outcome = { kind: 'tick', why: `there is no heartbeat ${beat.name} in the rules` } as const;
  if (missingSince === undefined) return { ...nothing(outcome), beats: [rest] };
  const gone = aboutMissing({ name: beat.name, severity: 'P1' }, beat, 'resolved', now, 0);
  return { ...decideObservation(state, gone, rules, now), beats: [rest], outcome };
}

function everyMs(
  { everyMs: every }: Pick<HeartbeatRule, 'everyMs'>,
  source: Source,
  { resolveTimeoutMs }: Pick<Rules, 'resolveTimeoutMs'>,
): number {
  return every ?? resolveTimeoutMs.get(source.kind) ?? DEFAULT_EVERY_MS;
}

function labelsOf(
  { name, severity }: Pick<HeartbeatRule, 'name' | 'severity'>,
  { kind, instance }: Source,
): Observation['labels'] {
  return { alertname: 'HeartbeatMissing', heartbeat: name, source: `${kind}/${instance}`, severity };
}

function aboutMissing(
  rule: Pick<HeartbeatRule, 'name' | 'severity'>,
  { scope, source, lastSeenAt, missingSince, id }: Beat,
  status: 'firing' | 'resolved',
  acceptedAt: string,
  order: number,
): ObservationInput {
  const summary = `${rule.name} of ${source.kind}/${source.instance} was heard last at ${clock(lastSeenAt)}`;
  return {
    kind: 'observation',
    reportId: `heartbeat.${id}.${status}.${acceptedAt}`,
    index: 0,
    scope,
    source: OURSELVES,
    acceptedAt,
    order,
    observation: {
      status,
      labels: labelsOf(rule, source),
      annotations: { summary },
      ...(missingSince === undefined ? {} : { startsAt: missingSince }),
    },
  };
}

function together(a: Changes | undefined, b: Changes): Changes {
  if (a === undefined) return b;
  return {
    alerts: [...a.alerts, ...b.alerts],
    problems: [...a.problems, ...b.problems],
    actions: [...a.actions, ...b.actions],
    outcome: b.outcome,
  };
}
