import { rulesFile, type RulesFileInput } from '@gomon/contracts';
import type { Actor, AlertCommand, Observation, SilenceTerms, Source } from '@gomon/contracts';
import type { Outcome } from './changes.js';
import { decideAll, type Decided } from './decide-all.js';
import type { DecidedFact } from './decided-fact.js';
import type { Input } from './decide.js';
import type { ObservationInput } from './episode.js';
import { DEFAULT_RULES, rulesOf, type Rules } from './rules.js';
import { compileSilence } from './silences.js';
import { EMPTY_STATE, membersOf, type Alert, type Problem, type State } from './state.js';
import { statusOf } from './views.js';

export const MORNING = '2026-03-01T09:00:00.000Z';
export const SILENCE_ID = '019abb3c-6c10-7000-8000-00000000511e';
export const ALICE: Actor = { kind: 'slack', id: 'U1', name: 'Alice' };

/** `09:05` or `09:05:30` of the morning of the story; `+1 10:00` is the next day. */
export function at(clock: string): string {
  const [, day, time = ''] = /^(?:\+(\d+) )?(.+)$/.exec(clock) ?? [];
  const date = 1 + Number(day ?? 0);
  return `2026-03-0${date}T${time.length === 5 ? `${time}:00` : time}.000Z`;
}

export function saying(status: 'firing' | 'resolved', more: Partial<Observation> = {}): Observation {
  return { status, labels: { alertname: 'DiskFull', severity: 'warning' }, annotations: {}, ...more };
}

/** A pod that is not well, as a watcher tells it. */
export function crashing(name = 'cart', more: Partial<Observation> = {}): Observation {
  return {
    status: 'firing',
    labels: {
      alertname: 'PodCrashLooping',
      namespace: 'monitoring',
      kind: 'Deployment',
      name,
      severity: 'P2',
    },
    annotations: {},
    senderFingerprint: name,
    extent: 'pods/monitoring',
    ...more,
  };
}

/** Rules as a file with these sections says. */
export function rulesBy(file: RulesFileInput): Rules {
  return rulesOf(rulesFile.parse(file), { version: 1, incidentProvider: 'opsgenie' });
}

/** Tells a story to `decide`, one transaction after another, and keeps what it leads to. */
export class Story {
  state: State = EMPTY_STATE;
  readonly facts: DecidedFact[] = [];
  last: Decided | undefined;
  private seq = 0;

  constructor(public rules: Rules = DEFAULT_RULES) {}

  /** Observations of one report, decided in one transaction. */
  report(accepted: string, ...observations: readonly Observation[]): readonly Outcome[] {
    return this.transaction(accepted, this.inputs(accepted, observations));
  }

  inputs(
    accepted: string,
    observations: readonly Observation[],
    source: Source = { kind: 'grafana', instance: 'default' },
  ): readonly ObservationInput[] {
    this.seq += 1;
    const { seq } = this;
    return observations.map((observation, index) => ({
      kind: 'observation',
      reportId: `report-${seq}`,
      index,
      scope: 'default',
      source,
      acceptedAt: at(accepted),
      order: seq,
      observation,
    }));
  }

  /** A look of a watcher at one part of its cluster: what fires in it, and what else it holds. */
  look(
    accepted: string,
    observations: readonly Observation[],
    alsoHolds: readonly string[] = [],
  ): readonly Outcome[] {
    const source = { kind: 'kubernetes', instance: 'default' };
    const inputs = this.inputs(accepted, observations, source);
    const holds = [...observations.map(({ senderFingerprint = '' }) => senderFingerprint), ...alsoHolds];
    const { seq } = this;
    return this.transaction(accepted, [
      ...inputs,
      {
        kind: 'snapshot',
        reportId: `report-${seq}`,
        scope: 'default',
        source,
        acceptedAt: at(accepted),
        order: seq,
        snapshot: { extent: 'pods/monitoring', holds },
      },
    ]);
  }

  transaction(now: string, inputs: readonly Input[]): readonly Outcome[] {
    this.last = decideAll(this.state, inputs, this.rules, at(now));
    this.state = this.last.state;
    this.facts.push(...this.last.facts);
    return this.last.outcomes;
  }

  command(now: string, command: Pick<AlertCommand, 'type' | 'data'>): Outcome | undefined {
    this.seq += 1;
    const event = {
      specversion: '1.0',
      id: `command-${this.seq}`,
      source: 'test',
      time: at(now),
      ...command,
    } as AlertCommand;
    return this.transaction(now, [{ kind: 'command', command: event }])[0];
  }

  acknowledge(now: string, problem: Problem, actor = ALICE): Outcome | undefined {
    return this.command(now, {
      type: 'gomon.command.v1.acknowledge-problem',
      data: { actor, target: { kind: 'problem', id: problem.id } },
    });
  }

  resolve(now: string, problem: Problem, actor = ALICE): Outcome | undefined {
    return this.command(now, {
      type: 'gomon.command.v1.resolve-problem',
      data: { actor, target: { kind: 'problem', id: problem.id } },
    });
  }

  archive(now: string, alert: Alert): Outcome | undefined {
    return this.command(now, {
      type: 'gomon.command.v1.archive-alert',
      data: { actor: ALICE, alertId: alert.id, reason: 'a test of ours' },
    });
  }

  /** The time of every problem has come to be looked at. */
  tickProblems(watermark: string, listeningSince = '00:00'): Outcome | undefined {
    return this.tickAll('problem', [...this.state.problems.keys()], watermark, listeningSince);
  }

  tickHeartbeats(watermark: string, listeningSince = '00:00'): Outcome | undefined {
    return this.tickAll('heartbeat', [...this.state.beats.keys()], watermark, listeningSince);
  }

  private tickAll(
    kind: 'problem' | 'heartbeat',
    ids: readonly string[],
    watermark: string,
    listeningSince: string,
  ): Outcome | undefined {
    const time = { watermark: at(watermark), listeningSince: at(listeningSince) };
    const inputs = ids.map((id) => ({ kind: 'tick' as const, target: { kind, id }, ...time }));
    return this.transaction(watermark, inputs)[0];
  }

  /** With a silence beside those that are there. */
  silence(terms: Partial<SilenceTerms> & Pick<SilenceTerms, 'startsAt'>, id = SILENCE_ID): void {
    const data = {
      matchers: [],
      comment: 'a disk is being replaced',
      author: ALICE,
      createdAt: terms.startsAt,
      updatedAt: terms.startsAt,
      ...terms,
      id,
    };
    const { around } = this.state;
    const silences = [...around.silences.filter((one) => one.data.id !== id), compileSilence(data)];
    this.state = { ...this.state, around: { ...around, silences } };
  }

  tick(now: string, watermark: string, listeningSince = '00:00'): Outcome | undefined {
    const inputs = [...this.state.alerts.values()].map((alert) => ({
      kind: 'tick' as const,
      target: { kind: 'alert' as const, id: alert.id },
      watermark: at(watermark),
      listeningSince: at(listeningSince),
    }));
    return this.transaction(now, inputs)[0];
  }

  get problems(): readonly Problem[] {
    return [...this.state.problems.values()];
  }

  get alerts(): readonly Alert[] {
    return [...this.state.alerts.values()];
  }

  /** The one problem of the story so far. */
  get problem(): Problem {
    const [problem, ...others] = this.problems;
    if (problem === undefined || others.length > 0)
      throw new Error(`${this.problems.length} problems, not one`);
    return problem;
  }

  get alert(): Alert {
    const [alert] = membersOf(this.state, this.problem);
    if (alert === undefined) throw new Error('a problem without an alert');
    return alert;
  }

  /** Facts in words: `opened v1 firing !` (`!`: asks for attention). */
  get told(): readonly string[] {
    return this.facts.map(
      ({ fact, problem, announce }) =>
        `${fact} v${problem.version} ${statusOf(problem)}${announce ? ' !' : ''}`,
    );
  }

  get announced(): number {
    return this.facts.filter(({ announce }) => announce).length;
  }
}

/** The end that was decided for an observation. */
export function endOf(outcome: Outcome | undefined): string | undefined {
  return outcome?.kind === 'observation' ? outcome.end : undefined;
}

export function answerOf(outcome: Outcome | undefined): string | undefined {
  return outcome?.kind === 'command' ? `${outcome.outcome}: ${outcome.message}` : undefined;
}
