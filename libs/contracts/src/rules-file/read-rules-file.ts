import type { FileFault } from '../file-fault.js';
import { readYamlFile } from '../yaml-file.js';
import { rulesFile, type RulesFile } from './rules-file.js';

export type ReadRules =
  | {
      readonly ok: true;
      readonly rules: RulesFile;
      /** Says something of a part of the file, with its place. */
      readonly at: (path: readonly PropertyKey[], message: string) => FileFault;
      /** Whether a section is in the file; one that is not is the default. */
      readonly isIn: (section: string) => boolean;
    }
  | { readonly ok: false; readonly faults: readonly FileFault[] };

/** Reads a rules file; every fault that can be found at once is told, in the order of the file. */
export function readRulesFile(text: string): ReadRules {
  const read = readYamlFile(text, rulesFile);
  return read.ok ? { ok: true, rules: read.content, at: read.at, isIn: read.isIn } : read;
}
