import { NO_TOPOLOGY } from '../decide/about.js';
import type { ObservationInput } from '../decide/episode.js';
import type { Rules } from '../decide/rules.js';
import { Account } from './account.js';
import { eventsOf } from './command-events.js';
import type { Command } from './commands.js';
import { Course } from './course.js';
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
    run.course.passUntil(time);
    run.take(happening, time);
  }
  run.course.passUntil(end);
  return run.account.played(name, end);
}

/** What happens at one time, in the order of the file. */
function inMoments(steps: readonly Step[]): readonly (readonly [time: string, steps: readonly Step[]])[] {
  const byTime = Map.groupBy(steps, ({ at }) => timeAt(at));
  return [...byTime].sort(([a], [b]) => (a < b ? -1 : 1));
}

class Run {
  readonly account: Account;
  readonly course: Course;
  private order = 0;

  constructor(
    rules: Rules,
    private readonly world: World,
  ) {
    this.account = new Account(world);
    this.course = new Course(rules, world, this.account, START);
  }

  /** What sources say at one time is one transaction; what people do then, they do after it. */
  take(steps: readonly Step[], time: string): void {
    const observed = steps.filter((step) => 'source' in step);
    if (observed.length > 0) this.course.transaction(time, this.observations(observed, time));
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
    for (const event of events) this.course.transaction(time, [{ kind: 'command', command: event }]);
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
