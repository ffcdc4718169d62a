import { moreSevere, severityOf, type Labels } from '@gomon/contracts';
import type { Decided } from '../decide/decide-all.js';
import type { Input } from '../decide/decide.js';
import { OUR_SOURCE } from '../decide/identity.js';
import type { Problem, State } from '../decide/state.js';
import { Members, type Seen } from './members.js';
import { survivorOf } from './merged.js';
import { secondsAt } from './moment.js';
import { Parents } from './parents.js';
import type { Played, PlayedIncident, PlayedMute, PlayedNotification, PlayedProblem } from './played.js';
import type { World } from './world.js';

/** What a problem was while it was open. */
interface Peak extends Pick<PlayedProblem, 'severity' | 'primary' | 'reason'> {
  readonly primaryId: string;
}

/** Keeps what comes of a scenario while it runs. */
export class Account {
  private readonly members = new Members();
  private readonly parents = new Parents();
  /** By problem id. */
  private readonly peaks = new Map<string, Peak>();
  /** By the incident's id. */
  private readonly incidents = new Map<string, PlayedIncident>();
  private readonly notifications: PlayedNotification[] = [];
  private readonly mutes: PlayedMute[] = [];
  private readonly why: string[] = [];
  private readonly faults: string[] = [];
  private observations = 0;

  constructor(private readonly world: World) {}

  /** What a transaction decided, before the world is changed by it. */
  take(decided: Decided, inputs: readonly Input[], now: string): void {
    this.post(now);
    this.hear(decided, inputs);
    for (const problem of decided.problems) this.takeProblem(problem, decided, now);
    for (const fact of decided.facts) this.parents.take(fact, now);
    for (const { alertId, action, why } of decided.actions) {
      const title = decided.state.alerts.get(alertId)?.title ?? alertId;
      this.why.push(`${secondsAt(now)} s: ${title}: ${action}: ${why}`);
    }
    for (const outcome of decided.outcomes) {
      if (outcome.kind !== 'command' || outcome.outcome === 'done') continue;
      const text = `${secondsAt(now)} s: ${outcome.outcome}: ${outcome.message}`;
      this.why.push(text);
      // That it came too late, or from somebody who may not, may be what a scenario is about.
      if (outcome.outcome === 'refused' || outcome.outcome === 'not-found') this.fault(`at ${text}`);
    }
  }

  /** A step could not be done. */
  fault(text: string): void {
    this.faults.push(text);
  }

  played(name: string, end: string): Played {
    this.post(end);
    const { observations, why, faults } = this;
    const atEnd = <Of extends { readonly problemId: string }>(one: Of): Of => ({
      ...one,
      problemId: survivorOf(one.problemId, this.world.problems),
    });
    const notifications = this.notifications.map(atEnd);
    const told = new Set(notifications.map(({ problemId }) => problemId));
    return {
      name,
      observations,
      problems: this.problems(told),
      incidents: [...this.incidents.values()].map(atEnd),
      notifications,
      mutes: this.mutes.map(atEnd),
      why,
      faults,
    };
  }

  private hear({ alerts, outcomes }: Decided, inputs: readonly Input[]): void {
    for (const [index, input] of inputs.entries()) {
      const outcome = outcomes[index];
      if (input.kind !== 'observation' || outcome?.kind !== 'observation') continue;
      this.observations += 1;
      this.members.heard(input, outcome);
    }
    for (const alert of alerts) if (alert.source.kind === OUR_SOURCE) this.members.raised(alert);
  }

  private takeProblem(problem: Problem, { state }: Decided, now: string): void {
    if (problem.mergedInto !== undefined) return;
    const primary = primaryOf(problem, state);
    const event = { at: secondsAt(now), problemId: problem.id, primary };
    const before = this.world.problems.get(problem.id);
    if (problem.resolved === undefined || before === undefined) this.takePeak(problem, primary);
    if (problem.incident !== undefined && !this.incidents.has(problem.incident.id)) {
      this.incidents.set(problem.incident.id, event);
    }
    if (problem.muted !== undefined && before?.muted === undefined) {
      this.mutes.push({ ...event, why: problem.muted.by.map(({ why }) => why).join('; ') });
    }
  }

  /** Why its primary is that was said when it became so. */
  private takePeak({ id, primaryId, severity, timeline, likelyCause }: Problem, primary: Labels): void {
    const peak = this.peaks.get(id);
    this.peaks.set(id, {
      primaryId,
      primary,
      severity: peak === undefined ? severity : moreSevere(peak.severity, severity),
      reason:
        likelyCause?.why ?? (peak?.primaryId === primaryId ? peak.reason : (timeline.at(-1)?.text ?? '')),
    });
  }

  private post(until: string): void {
    this.parents.postUntil(until, this.world.problems);
    for (const { problem, at } of this.parents.posted.splice(0)) {
      const primary = primaryOf(problem, this.world);
      this.notifications.push({
        at: secondsAt(at),
        channel: problem.channel,
        problemId: problem.id,
        primary,
      });
    }
  }

  /** Each pair is in the problem that its alert is in. */
  private problems(told: ReadonlySet<string>): readonly PlayedProblem[] {
    const { alerts, problems } = this.world;
    const idOf = ({ alertId, key }: Seen) => {
      const problemId = alerts.get(alertId ?? '')?.problemId;
      return problemId === undefined ? key : survivorOf(problemId, problems);
    };
    const byProblem = Map.groupBy(this.members.all(), idOf);
    return [...byProblem].map(([id, seen]) => {
      const members = seen.map(({ source, labels, firstAt }) => ({ source, labels, firstAt }));
      const peak = this.peaks.get(id) ?? peakOfNone(seen);
      const { primary, severity, reason } = peak;
      const isMuted = problems.get(id)?.muted !== undefined && !told.has(id);
      return { id, primary, severity, reason, members, isMuted };
    });
  }
}

function primaryOf({ primaryId }: Problem, { alerts }: Pick<State, 'alerts'>): Labels {
  return alerts.get(primaryId)?.said.labels ?? {};
}

/** What is no alert, such as a sign of life, stands for itself. */
function peakOfNone([one]: readonly Seen[]): Omit<Peak, 'primaryId'> {
  const labels = one?.labels ?? {};
  return { primary: labels, severity: severityOf(labels).severity, reason: one?.why ?? '' };
}
