import { rulesFile, type FileFault } from '@gomon/contracts';
import { placesOf, readYamlFile } from '@gomon/contracts/yaml-file';
import { z } from 'zod';
import { rulesOf, type Rules } from '../decide/rules.js';
import { expectation } from './expectation.js';
import { steps } from './steps.js';
import { topology } from './topology.js';

/** Sections of a rules file. */
export type RulesSections = Readonly<Record<string, unknown>>;

/** What happens, and what is to come of it. Whatever is not said here is no part of the format. */
export const scenarioFile = z.strictObject({
  name: z.string().min(1),
  /** Where it comes from. */
  origin: z.string().optional(),
  topology: topology.optional(),
  /** Sections that stand instead of those of the rules. */
  config: z.record(z.string(), z.unknown()).default({}),
  steps: z.array(steps).transform((read) => read.flat()),
  expect: expectation.default({}),
});
export type Scenario = z.output<typeof scenarioFile>;

export type ReadScenario =
  | { readonly ok: true; readonly scenario: Scenario; readonly rules: Rules }
  | { readonly ok: false; readonly faults: readonly FileFault[] };

/** Reads a scenario and the rules that hold in it: `base` is the rules file, of which it replaces sections. */
export function readScenario(text: string, base: RulesSections = {}): ReadScenario {
  const read = readYamlFile(text, scenarioFile);
  if (!read.ok) return read;
  const { content: scenario, at } = read;
  const rules = rulesFile.safeParse({ ...base, ...scenario.config });
  if (rules.success) {
    return { ok: true, scenario, rules: rulesOf(rules.data, { version: 0, incidentProvider: 'opsgenie' }) };
  }
  const faults = rules.error.issues.flatMap(placesOf);
  return { ok: false, faults: faults.map(({ path, message }) => at(['config', ...path], message)) };
}
