import {
  labelOf,
  moreSevere,
  type HistoryItem,
  type Labels,
  type ProblemView,
  type Severity,
  type TaskOf,
} from '@gomon/contracts';
import { readYamlFile, yamlText } from '@gomon/contracts/yaml-file';
import { z } from 'zod';
import { OUR_SOURCE } from '../decide/identity.js';
import { judge } from '../scenario/judge.js';
import { readScenario } from '../scenario/scenario-file.js';
import { SOURCES } from '../scenario/steps.js';
import { stepsOf, subsetOf, type Steps } from './export-steps.js';
import { topologyAround } from './export-topology.js';
import { momentsOf } from './moments.js';

export interface Exported {
  readonly text: string;
  /** What is else when the file is run by the rules in force, in words; none: it comes to the same. */
  readonly failures: readonly string[];
}

/** It cannot be told as a scenario. */
export class CannotExportError extends Error {
  override readonly name = 'CannotExportError';
}

/**
 * Writes a problem as a scenario file, and runs that by the rules in force to see whether it comes to the same.
 * @throws CannotExportError
 */
export async function exportProblem(
  task: TaskOf<'export'>,
  items: AsyncIterable<HistoryItem>,
): Promise<Exported> {
  const { problem, members, rules } = task;
  const foreign = members.find(({ source }) => !(SOURCES as readonly string[]).includes(source.kind));
  if (foreign !== undefined) {
    throw new CannotExportError(
      foreign.source.kind === OUR_SOURCE
        ? `GoMon itself has raised ${foreign.title}: there is nothing that a source said`
        : `${foreign.title} is of ${foreign.source.kind}, and a scenario knows no such source`,
    );
  }
  const steps = stepsOf(task, await inOrder(items));
  if (steps.steps.length === 0) throw new CannotExportError('nothing that was said of it is stored');
  const written = fileOf(task, steps);
  const told = [problem, ...task.merged].filter(({ announced }) => announced !== undefined).length;
  const { failures, notifications } = run(textOf(written, []), rules.content);
  // How often people were told depends on what was muted by others too: it stands there where it is the same.
  const expect = notifications === told ? { ...written.expect, notifications: told } : written.expect;
  return { text: textOf({ ...written, expect }, steps.left), failures };
}

async function inOrder(items: AsyncIterable<HistoryItem>): Promise<readonly HistoryItem[]> {
  const all: HistoryItem[] = [];
  for await (const { reports, commands } of momentsOf(items)) all.push(...reports, ...commands);
  return all;
}

function fileOf(task: TaskOf<'export'>, { steps, identifying, pairs }: Steps) {
  const { problem, merged, members, topology } = task;
  const around = topologyAround(members, topology);
  const isKnown = Object.values(around).some((part) => part.length > 0);
  const primary = identifying.get(problem.primary.alertId) ?? problem.primary.labels;
  return {
    name: problem.title,
    origin: `problem ${problem.id} of ${problem.scope}, ${problem.openedAt} to ${problem.resolved?.at ?? 'now'}`,
    ...(isKnown ? { topology: around } : {}),
    steps,
    expect: {
      problems: [
        {
          primary: subsetOf(primary),
          includes: includesOf([...identifying.values()]),
          members: pairs,
          severity: worstOf(problem),
        },
      ],
      incidents: [problem, ...merged].filter(({ incident }) => incident !== undefined).length,
    },
  };
}

/** By the names of the alerts; where one has none by all that it says. */
function includesOf(all: readonly Labels[]): readonly Labels[] {
  const subsets = all.map((labels) => {
    const alertname = labelOf(labels, 'alertname');
    return subsetOf(alertname === '' ? labels : { alertname });
  });
  return [...new Map(subsets.map((subset) => [JSON.stringify(subset), subset])).values()];
}

/** The highest severity that is known of it: what it is, and what a person or time has made of it. */
function worstOf({ severity, escalated }: ProblemView): Severity {
  return [escalated?.from, escalated?.to].reduce<Severity>(
    (worst, one) => (one === undefined ? worst : moreSevere(worst, one)),
    severity,
  );
}

type File = ReturnType<typeof fileOf>;

function textOf(file: File, left: readonly string[]): string {
  const comments = left.map((what) => `# A scenario cannot tell: ${what.replace(/\s+/g, ' ')}\n`).join('');
  return `${comments}${yamlText(file)}`;
}

function run(text: string, rules: string): { failures: readonly string[]; notifications: number } {
  const base = readYamlFile(rules, z.record(z.string(), z.unknown()));
  const read = readScenario(text, base.ok ? base.content : {});
  if (!read.ok) {
    const faults = read.faults.map(({ path, message }) => `${path}: ${message}`);
    throw new CannotExportError(`what it came to is no scenario file: ${faults.join('; ')}`);
  }
  const { failures, played } = judge(read.scenario, read.rules);
  return { failures, notifications: played.notifications.length };
}
