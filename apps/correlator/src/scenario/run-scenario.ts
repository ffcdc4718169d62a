import { NO_TOPOLOGY } from '../decide/about.js';
import { decideAll } from '../decide/decide-all.js';
import type { Input } from '../decide/decide.js';
import type { TickInput } from '../decide/decide-tick.js';
import type { ObservationInput } from '../decide/episode.js';
import type { Rules } from '../decide/rules.js';
import { Account } from './account.js';
import { eventsOf } from './command-events.js';
import type { Command } from './commands.js';
import type { Due } from './due-times.js';
import { subsetText } from './label-subset.js';
import { START, timeAt } from './moment.js';
import type { Played } from './played.js';
import type { Scenario } from './scenario-file.js';
import type { Observed, Step } from './steps.js';
import { SCOPE, topologyOf } from './topology.js';
import { World } from './world.js';

/** A scenario goes on for so long after its last step. */
const AFTERWARDS_S = 120;

/** Runs a scenario through `decide`, in a time of its own. */
export function runScenario({ name, steps, topology }: Scenario, rules: Rules): Played {
  const end = timeAt(steps.reduce((last, { at }) => Math.max(last, at), 0) + AFTERWARDS_S);
  const run = new Run(rules, new World(topology === undefined ? NO_TOPOLOGY : topologyOf(topology), end));
  for (const [time, happening] of inMoments(steps)) {
    run.passUntil(time);
    run.take(happening, time);
  }
  run.passUntil(end);
  return run.account.played(name, end);
}

/** What happens at one time, in the order of the file. */
function inMoments(steps: readonly Step[]): readonly (readonly [time: string, steps: readonly Step[]])[] {
  const byTime = Map.groupBy(steps, ({ at }) => timeAt(at));
  return [...byTime].sort(([a], [b]) => (a < b ? -1 : 1));
}

class Run {
  readonly account: Account;
  private order = 0;

  constructor(
    private readonly rules: Rules,
    private readonly world: World,
  ) {
    this.account = new Account(world);
  }

  /** What is due before a time is looked at; at the time itself what happens goes before. */
  passUntil(time: string): void {
    for (let next = this.world.due.next(); next !== undefined && next < time; next = this.world.due.next()) {
      this.transaction(next, ticksOf(this.world.due.take(), next));
    }
  }

  /** What sources say at one time is one transaction; what people do then, they do after it. */
  take(steps: readonly Step[], time: string): void {
    const observed = steps.filter((step) => 'source' in step);
    if (observed.length > 0) this.transaction(time, this.observations(observed, time));
    for (const step of steps) if ('command' in step) this.command(step, time);
  }

  /** What one source says at one time is one report. */
  private observations(observed: readonly Observed[], acceptedAt: string): readonly ObservationInput[] {
    const bySource = Map.groupBy(observed, ({ source }) => source);
    return [...bySource].flatMap(([kind, report]) => {
      this.order += 1;
      const { order } = this;
      return report.map((step, index) => ({
        kind: 'observation' as const,
        reportId: `report-${order}`,
        index,
        scope: SCOPE,
        source: { kind, instance: 'default' },
        acceptedAt,
        order,
        observation: observationOf(step),
      }));
    });
  }

  private command(step: Command, time: string): void {
    this.order += 1;
    const events = eventsOf(step, this.world, `command-${this.order}`);
    if (events.length === 0) this.account.fault(`at ${step.at} s: ${step.command}: ${missingFor(step)}`);
    for (const event of events) this.transaction(time, [{ kind: 'command', command: event }]);
  }

  private transaction(now: string, inputs: readonly Input[]): void {
    const decided = decideAll(this.world.state(), inputs, this.rules, now);
    this.account.take(decided, inputs, now);
    const toLookAt = this.world.apply(decided, now);
    if (toLookAt.length === 0) return;
    this.transaction(
      now,
      ticksOf(
        toLookAt.map((id): Due => ({ kind: 'problem', id })),
        now,
      ),
    );
  }
}

function missingFor(step: Command): string {
  if (step.command === 'silence' || step.command === 'unsilence') return 'no such silence is in force';
  const other = 'into' in step ? `, or none has ${subsetText(step.into)}` : '';
  return `no alert has ${subsetText(step.alert)}${other}`;
}

function observationOf({ status, labels, annotations, startsAt }: Observed): ObservationInput['observation'] {
  return { status, labels, annotations, ...(startsAt === undefined ? {} : { startsAt: timeAt(startsAt) }) };
}

/** In the order in which the correlator takes them: alerts, problems, heartbeats. */
const KINDS: readonly Due['kind'][] = ['alert', 'problem', 'heartbeat'];

function ticksOf(due: readonly Due[], watermark: string): readonly TickInput[] {
  return due
    .toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
    .map((target) => ({ kind: 'tick', target, watermark, listeningSince: START }));
}
