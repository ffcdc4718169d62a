import { rulesFile, type DatedRules, type HistoryTask } from '@gomon/contracts';
import { readRulesFile } from '@gomon/contracts/read-rules-file';
import { Topologies } from '../cluster/topology.js';
import { rulesOf, type Rules } from '../decide/rules.js';
import { compileSilence } from '../decide/silences.js';
import { earlier } from '../decide/time.js';
import { inputsOfReport } from '../reports/report-inputs.js';
import { Course, type Witness } from '../scenario/course.js';
import { World } from '../scenario/world.js';
import type { Moment } from './moments.js';

/** All that was decided stays in memory. */
const MOST_ALERTS = 300_000;

/** It is more than fits into memory. */
export class TooMuchError extends Error {
  override readonly name = 'TooMuchError';
}

/** Rules, and from when on they hold. */
export interface RulesFrom {
  readonly at: string;
  readonly rules: Rules;
}

/** What stood around: topology, and silences that were made before. */
type Setting = Pick<HistoryTask, 'topology' | 'silences' | 'since'>;

/** Decides once more what was decided, in the time in which it was. */
export class Replay {
  readonly world: World;
  private readonly course: Course;
  private readonly next: RulesFrom[];

  /** `rules`: the oldest first; those that are in force at the beginning are the first. */
  constructor(
    { topology, silences, since }: Setting,
    [first, ...next]: readonly [RulesFrom, ...RulesFrom[]],
    until: string,
    witnessOf: (world: World) => Witness,
  ) {
    const known = new Topologies(() => 0);
    for (const part of topology) known.take(part);
    this.world = new World(known, until);
    for (const silence of silences) this.world.putSilence(compileSilence(silence), since);
    this.course = new Course(first.rules, this.world, witnessOf(this.world), since);
    this.next = next;
  }

  /** While something that was accepted is not decided, no time passes: nothing becomes due before it. */
  take({ at, reports, commands }: Moment): void {
    const accepted = reports.reduce((first, { event }) => earlier(first, event.data.acceptedAt), at);
    this.passUntil(accepted);
    if (reports.length > 0) {
      this.course.transaction(
        at,
        reports.flatMap(({ event, order }) => inputsOfReport(event, order)),
      );
    }
    if (commands.length > 0) {
      this.course.transaction(
        at,
        commands.map(({ command }) => ({ kind: 'command', command })),
      );
    }
    if (this.world.alerts.size > MOST_ALERTS) {
      throw new TooMuchError(`there are more than ${MOST_ALERTS} alerts by ${at}: take a shorter time`);
    }
  }

  passUntil(time: string): void {
    for (let [next] = this.next; next !== undefined && next.at <= time; [next] = this.next) {
      this.next.shift();
      this.course.passUntil(next.at);
      this.course.decideBy(next.rules, next.at);
    }
    this.course.passUntil(time);
  }
}

/**
 * Versions of rules as they were in force: each knows the identities of those before it.
 * @throws Error when one cannot be read
 */
export function rulesFrom(
  versions: readonly DatedRules[],
  { incidentProvider }: HistoryTask['decidesBy'],
): readonly RulesFrom[] {
  const files = versions.map(({ version, at, content }) => {
    const read = readRulesFile(content);
    if (!read.ok) throw new Error(`version ${version} of the rules cannot be read by this release`);
    return { version, at, file: read.rules };
  });
  return files.map(({ version, at, file }, index) => {
    const before = files.slice(0, index).map((one) => one.file);
    const earlier = [...before.reverse(), rulesFile.parse({})];
    return { at, rules: rulesOf(file, { version, incidentProvider, earlier }) };
  });
}
