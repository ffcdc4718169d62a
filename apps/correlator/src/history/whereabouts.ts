import type { AlertCommand, Target } from '@gomon/contracts';
import { idFrom } from '../decide/identity.js';

/** By which a person decides which alerts are one problem. */
export type PlacementCommand = Extract<
  AlertCommand,
  { type: `gomon.command.v1.${'merge-problems' | 'split-problem' | 'move-alerts'}` }
>;

/** The same as one command of a scenario, which names problems by alerts. */
export interface PlacementStep {
  readonly command: 'merge' | 'split' | 'move';
  readonly alertId: string;
  readonly into?: string;
}

/** In which problem each alert of a problem that is exported was, while its history passes. */
export class Whereabouts {
  private readonly problems = new Map<string, string>();

  put(alertId: string, problemId: string): void {
    this.problems.set(alertId, problemId);
  }

  /** All problems that one of them is in. */
  all(): Iterable<string> {
    return this.problems.values();
  }

  alertsIn(problemId: string): readonly string[] {
    return [...this.problems].flatMap(([alertId, id]) => (id === problemId ? [alertId] : []));
  }

  /** Places them as a person did. What is about other alerts alone is none of it. */
  place({ type, data, id }: PlacementCommand, decidedAt: string): readonly PlacementStep[] {
    const there = this.alertsIn(this.problemOf(data.target));
    if (type === 'gomon.command.v1.merge-problems') return this.into(data.into, there, []);
    const named = new Set(data.alertIds);
    const moving = [...named].filter((alertId) => this.problems.has(alertId));
    const staying = there.filter((alertId) => !named.has(alertId));
    return type === 'gomon.command.v1.move-alerts'
      ? this.into(data.to, moving, staying)
      : this.apart(idFrom(decidedAt, 'problem', 'split', id), moving, staying);
  }

  /** Where nothing stays of which the file tells, a scenario merges what is left. */
  private into(
    problemId: string,
    moving: readonly string[],
    staying: readonly string[],
  ): readonly PlacementStep[] {
    const [into] = this.alertsIn(problemId);
    for (const id of moving) this.put(id, problemId);
    if (into === undefined) return [];
    const command = staying.length === 0 ? 'merge' : 'move';
    const named = command === 'merge' ? moving.slice(0, 1) : moving;
    return named.map((alertId) => ({ command, alertId, into }));
  }

  /** A scenario splits off what has some labels: one alert, and the others follow it. */
  private apart(
    problemId: string,
    moving: readonly string[],
    staying: readonly string[],
  ): readonly PlacementStep[] {
    for (const id of moving) this.put(id, problemId);
    const [first, ...others] = moving;
    if (first === undefined || staying.length === 0) return [];
    return [
      { command: 'split', alertId: first },
      ...others.map((alertId) => ({ command: 'move', alertId, into: first }) as const),
    ];
  }

  private problemOf({ kind, id }: Target): string {
    return kind === 'problem' ? id : (this.problems.get(id) ?? '');
  }
}
