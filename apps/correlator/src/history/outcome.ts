import { moreSevere, type Labels, type Severity } from '@gomon/contracts';
import type { Decided } from '../decide/decide-all.js';
import type { Input } from '../decide/decide.js';
import type { Problem } from '../decide/state.js';
import type { Witness } from '../scenario/course.js';
import { survivorOf } from '../scenario/merged.js';
import { Parents } from '../scenario/parents.js';
import type { World } from '../scenario/world.js';

/** A message that opens a conversation. */
export interface Message {
  readonly at: string;
  readonly channel: string;
}

/** What became of a problem by some rules. */
export interface ProblemOutcome {
  readonly id: string;
  readonly openedAt: string;
  readonly title: string;
  /** Its likely cause: which alert, and what that says. */
  readonly primaryId: string;
  readonly labels: Labels;
  /** The highest that it had while it was open. */
  readonly severity: Severity;
  readonly alertIds: readonly string[];
  readonly messages: readonly Message[];
  readonly incidents: number;
  /** What kept it from being told, in words; undefined: nothing ever did. */
  readonly muted?: string;
}

/** What became of a time by some rules. */
export interface Outcome {
  readonly observations: number;
  readonly problems: readonly ProblemOutcome[];
}

/** What a problem was while it was open. */
interface Peak {
  readonly severity: Severity;
  readonly primaryId: string;
  readonly title: string;
}

/** Keeps what becomes of a time that is decided once more. */
export class OutcomeWitness implements Witness {
  private readonly parents = new Parents();
  private readonly peaks = new Map<string, Peak>();
  private readonly mutes = new Map<string, string>();
  private readonly messages: { readonly problemId: string; readonly message: Message }[] = [];
  private observations = 0;

  constructor(private readonly world: World) {}

  take({ problems, facts }: Decided, inputs: readonly Input[], now: string): void {
    this.post(now);
    for (const input of inputs) if (input.kind === 'observation') this.observations += 1;
    for (const problem of problems) this.look(problem);
    for (const fact of facts) this.parents.take(fact, now);
  }

  outcome(until: string): Outcome {
    this.post(until);
    const { alerts, problems } = this.world;
    const ofSurvivor = (id: string) => survivorOf(id, problems);
    const members = Map.groupBy(alerts.values(), ({ problemId }) => ofSurvivor(problemId));
    const messages = Map.groupBy(this.messages, ({ problemId }) => ofSurvivor(problemId));
    const parts = Map.groupBy(problems.values(), ({ id }) => ofSurvivor(id));
    return {
      observations: this.observations,
      problems: [...members].flatMap(([id, of]) => {
        const [problem, peak, muted] = [problems.get(id), this.peaks.get(id), this.mutes.get(id)];
        if (problem === undefined || peak === undefined) return [];
        return {
          id,
          openedAt: problem.openedAt,
          ...peak,
          labels: alerts.get(peak.primaryId)?.said.labels ?? {},
          alertIds: of.map((alert) => alert.id),
          messages: (messages.get(id) ?? []).map(({ message }) => message),
          incidents: (parts.get(id) ?? []).filter(({ incident }) => incident !== undefined).length,
          ...(muted === undefined ? {} : { muted }),
        };
      }),
    };
  }

  private look(problem: Problem): void {
    const { id, mergedInto, resolved, muted, severity, primaryId, title } = problem;
    if (mergedInto !== undefined) return;
    const peak = this.peaks.get(id);
    if (resolved === undefined || peak === undefined) {
      const worst = peak === undefined ? severity : moreSevere(peak.severity, severity);
      this.peaks.set(id, { severity: worst, primaryId, title });
    }
    if (muted !== undefined && !this.mutes.has(id))
      this.mutes.set(id, muted.by.map(({ why }) => why).join('; '));
  }

  private post(until: string): void {
    this.parents.postUntil(until, this.world.problems);
    for (const { problem, at } of this.parents.posted.splice(0))
      this.messages.push({ problemId: problem.id, message: { at, channel: problem.channel } });
  }
}
