import {
  compileMatchers,
  type createSilence,
  type DecidedCommand,
  type DecidedReport,
  type HistoryItem,
  type Labels,
  type Matcher,
  type Silence,
  type Target,
  type TaskOf,
} from '@gomon/contracts';
import type { z } from 'zod';
import { idFrom } from '../decide/identity.js';
import { doneToProblem } from './done-to-problem.js';
import { Whereabouts, type PlacementCommand } from './whereabouts.js';

/** A step of a scenario file, as it is written. */
export type Step = Readonly<Record<string, unknown>> & { readonly at: number };

export interface Steps {
  readonly steps: readonly Step[];
  /** By alert: the labels that all its observations have. */
  readonly identifying: ReadonlyMap<string, Labels>;
  /** Each pair of source and labels once. */
  readonly pairs: number;
  /** What a scenario cannot tell, in words. */
  readonly left: readonly string[];
}

/** What a source says of its beginning may lie long ago. */
const LONGEST_BEFORE_MS = 86_400_000;
/** What is silenced from the beginning on is so before anything else happens. */
const SILENCED_BEFORE_MS = 1_000;

/** What happened to a problem, as the steps of a scenario. */
export function stepsOf(task: TaskOf<'export'>, items: readonly HistoryItem[]): Steps {
  return new Writer(task).write(items);
}

class Writer {
  private readonly members: ReadonlyMap<string, TaskOf<'export'>['members'][number]>;
  private readonly steps: (Step & { readonly at: number })[] = [];
  private readonly left = new Set<string>();
  private readonly pairs = new Set<string>();
  /** By alert: its source, what it said last, and what it always says. */
  private readonly sources = new Map<string, string>();
  private readonly last = new Map<string, Labels>();
  private readonly identifying = new Map<string, Labels>();
  private readonly whereabouts = new Whereabouts();
  /** By silence: its terms, as a step has them. */
  private readonly terms = new Map<string, Readonly<Record<string, unknown>>>();
  private start = 0;

  constructor(private readonly task: TaskOf<'export'>) {
    this.members = new Map(task.members.map((member) => [member.id, member]));
  }

  write(items: readonly HistoryItem[]): Steps {
    const began = Date.parse(items[0]?.decidedAt ?? this.task.problem.openedAt);
    const silences = this.task.silences.filter(
      (silence) => this.concerns(silence) && isOpenAt(silence, began),
    );
    const earliest = items.flatMap((item) => (item.kind === 'report' ? this.beginnings(item) : []));
    const first = earliest.reduce((least, ms) => Math.min(least, ms), began);
    this.start = Math.max(first, began - LONGEST_BEFORE_MS);
    if (silences.length > 0) this.start = Math.min(this.start, began - SILENCED_BEFORE_MS);
    for (const silence of silences) this.silenced(silence);
    for (const item of items) {
      if (item.kind === 'report') this.report(item);
      else if (item.outcome === 'done') this.command(item);
    }
    for (const member of this.members.values()) this.ended(member);
    const { identifying, pairs, left } = this;
    return {
      steps: this.steps.toSorted((a, b) => a.at - b.at),
      identifying,
      pairs: pairs.size,
      left: [...left],
    };
  }

  /** When the sources say that it began. */
  private beginnings({ event, became }: DecidedReport): readonly number[] {
    return event.data.observations.flatMap(({ startsAt }, index) =>
      startsAt !== undefined && this.members.has(became[index]?.alertId ?? '') ? [Date.parse(startsAt)] : [],
    );
  }

  private report({ decidedAt, event, became }: DecidedReport): void {
    const { source, observations } = event.data;
    for (const [index, { status, labels, annotations, startsAt, ...more }] of observations.entries()) {
      const { alertId = '', problemId = '' } = became[index] ?? {};
      if (!this.members.has(alertId)) continue;
      this.sources.set(alertId, source.kind);
      this.last.set(alertId, labels);
      this.whereabouts.put(alertId, problemId);
      this.identifying.set(alertId, common(this.identifying.get(alertId) ?? labels, labels));
      if (more.stateReason !== undefined) this.left.add(`that a source gave ${more.stateReason} as a reason`);
      this.observed(this.secondsAt(decidedAt), source.kind, status, labels, {
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
        ...(startsAt === undefined ? {} : { startsAt: Math.max(0, this.secondsAt(startsAt)) }),
      });
    }
  }

  private observed(
    at: number,
    source: string,
    status: 'firing' | 'resolved',
    labels: Labels,
    more: Readonly<Record<string, unknown>> = {},
  ): void {
    this.pairs.add(JSON.stringify([source, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]));
    this.steps.push({ at, source, status, labels, ...more });
  }

  /** What GoMon has ended because its source no longer held or repeated it, the source says in a scenario. */
  private ended({ id, resolved }: TaskOf<'export'>['members'][number]): void {
    const [source, labels] = [this.sources.get(id), this.last.get(id)];
    if (source === undefined || labels === undefined) return;
    if (resolved?.by !== 'timeout' && resolved?.by !== 'reconciliation') return;
    this.observed(this.secondsAt(resolved.at), source, 'resolved', labels);
  }

  private command({ decidedAt, command }: DecidedCommand): void {
    const { data, type } = command;
    const at = this.secondsAt(decidedAt);
    const user = data.actor.id;
    const done = doneToProblem(command);
    if (done !== undefined) {
      const labels = this.labelsOf(done.target, decidedAt);
      if (labels === undefined) return;
      this.steps.push({ at, command: done.command, alert: subsetOf(labels), user, ...given(done.fields) });
      return;
    }
    switch (command.type) {
      case 'gomon.command.v1.create-silence':
        this.created(command.data, decidedAt, idFrom(decidedAt, 'silence', command.id));
        break;
      case 'gomon.command.v1.expire-silence': {
        const terms = this.terms.get(command.data.silenceId);
        if (terms !== undefined) this.steps.push({ at, command: 'unsilence', ...terms, user });
        break;
      }
      case 'gomon.command.v1.merge-problems':
      case 'gomon.command.v1.split-problem':
      case 'gomon.command.v1.move-alerts':
        this.placed(command, decidedAt);
        break;
      case 'gomon.command.v1.record-told':
      case 'gomon.command.v1.record-incident':
        break;
      default:
        this.left.add(`${type.replace('gomon.command.v1.', '')} by ${data.actor.name ?? user}`);
    }
  }

  private placed(command: PlacementCommand, decidedAt: string): void {
    const { actor, reason } = command.data;
    const at = this.secondsAt(decidedAt);
    for (const { command: name, alertId, into } of this.whereabouts.place(command, decidedAt)) {
      const [alert, other] = [alertId, into].map((id) => subsetOf(this.last.get(id ?? '') ?? {}));
      const said = given({ into: into === undefined ? undefined : other, reason });
      this.steps.push({ at, command: name, alert, ...said, user: actor.id });
    }
  }

  private created(data: z.infer<typeof createSilence>, decidedAt: string, id: string): void {
    const { matchers, target, startsAt, endsAt, forMs, untilResolved, recurrence, comment, actor } = data;
    const begins = startsAt ?? decidedAt;
    const ends = forMs === undefined ? endsAt : new Date(Date.parse(begins) + forMs).toISOString();
    const labels = target === undefined ? undefined : this.labelsOf(target, decidedAt);
    const concerns = target === undefined ? this.matches(matchers) : labels !== undefined;
    if (!concerns) return;
    const terms = { ...(labels === undefined ? {} : { alert: subsetOf(labels) }), ...texts(matchers) };
    const isPlain = recurrence === undefined && untilResolved !== true;
    this.silence({ id, begins, ends, terms, comment, user: actor.id, isPlain });
  }

  /** The labels of the alert that is meant: of a problem its likely cause, if that was there and in it by then. */
  private labelsOf({ kind, id }: Target, time: string): Labels | undefined {
    if (kind === 'alert') return this.last.get(id);
    const { problem, merged } = this.task;
    const primaryId = problem.primary.alertId;
    const ours = new Set([problem.id, ...merged.map((one) => one.id), ...this.whereabouts.all()]);
    if (!ours.has(id)) return undefined;
    const all = [...this.last.keys()];
    const inIt = this.whereabouts.alertsIn(id);
    const there = (inIt.length > 0 ? inIt : all).filter(
      (alertId) => (this.members.get(alertId)?.firstSeenAt ?? '') <= time,
    );
    return this.last.get(there.find((alertId) => alertId === primaryId) ?? there[0] ?? '');
  }

  private silenced(silence: Silence): void {
    const { id, alert, matchers, startsAt, endsAt, recurrence, untilResolved, comment, author } = silence;
    const member = this.task.members.find(({ fingerprint }) => fingerprint === alert?.fingerprint);
    const terms = { ...(member === undefined ? {} : { alert: subsetOf(member.labels) }), ...texts(matchers) };
    const isPlain = recurrence === undefined && untilResolved !== true;
    this.silence({ id, begins: startsAt, ends: endsAt, terms, comment, user: author.id, isPlain });
  }

  private silence(one: {
    readonly id: string;
    readonly begins: string;
    readonly ends: string | undefined;
    readonly terms: Readonly<Record<string, unknown>>;
    readonly comment: string;
    readonly user: string;
    readonly isPlain: boolean;
  }): void {
    const { id, begins, ends, terms, comment, user, isPlain } = one;
    if (!isPlain) {
      this.left.add(`the silence "${comment}", which comes back or ends with its alert`);
      return;
    }
    const at = Math.max(0, this.secondsAt(begins));
    const duration = ends === undefined ? undefined : this.secondsAt(ends) - at;
    this.terms.set(id, terms);
    this.steps.push({ at, command: 'silence', ...terms, ...given({ duration }), comment, user });
  }

  private concerns({ alert, matchers }: Silence): boolean {
    if (alert === undefined) return this.matches(matchers);
    return this.task.members.some(({ fingerprint }) => fingerprint === alert.fingerprint);
  }

  private matches(matchers: readonly Matcher[]): boolean {
    const isMeant = compileMatchers(matchers);
    return this.task.members.some(({ labels }) => isMeant(labels));
  }

  private secondsAt(time: string): number {
    return Math.round(Date.parse(time) - this.start) / 1_000;
  }
}

function isOpenAt({ startsAt, endsAt, expired }: Silence, ms: number): boolean {
  const isBegun = Date.parse(startsAt) <= ms;
  return isBegun && [endsAt, expired?.at].every((end) => end === undefined || Date.parse(end) > ms);
}

function common(a: Labels, b: Labels): Labels {
  return Object.fromEntries(Object.entries(a).filter(([name, value]) => b[name] === value));
}

function texts(matchers: readonly Matcher[]): Readonly<Record<string, unknown>> {
  return matchers.length === 0 ? {} : { matchers };
}

/** Labels that are looked for: what begins with ~ is no expression. */
export function subsetOf(labels: Labels): Labels {
  const escaped = (value: string) => `~${value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`;
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, value.startsWith('~') ? escaped(value) : value]),
  );
}

function given(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
