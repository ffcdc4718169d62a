import { readFile } from 'node:fs/promises';
import { getRulesAnswer, listRulesAnswer, rulesVersionRef, type RulesVersion } from '@gomon/contracts';
import { createTwoFilesPatch } from 'diff';
import { callApi } from '../places/api.js';
import type { Surroundings } from '../places/surroundings.js';
import { printableJson } from '../terminal/printable.js';
import { table } from '../terminal/table.js';

type Say = (line: string) => void;

export async function applyConfig(
  around: Surroundings,
  { file, note }: { readonly file: string; readonly note: string | undefined },
  say: Say,
): Promise<void> {
  const content = await readFile(file, 'utf8');
  const answer = await callApi(around, '/rules', { method: 'PUT', body: { content, note } });
  sayInForce(answer, say);
}

export async function rollBack(
  around: Surroundings,
  { version, note }: { readonly version: number; readonly note: string | undefined },
  say: Say,
): Promise<void> {
  const answer = await callApi(around, '/rules/rollback', { method: 'POST', body: { version, note } });
  sayInForce(answer, say);
}

function sayInForce(answer: unknown, say: Say): void {
  const inForce = rulesVersionRef.safeParse(answer);
  say(
    inForce.success
      ? `version ${inForce.data.version} (${inForce.data.hash}) is in force`
      : 'it is stored, and will be done',
  );
}

export async function history(
  around: Surroundings,
  { limit, json }: { readonly limit: number; readonly json: boolean },
  say: Say,
): Promise<void> {
  const { items } = listRulesAnswer.parse(await callApi(around, `/rules/versions?limit=${limit}`));
  if (json) say(printableJson(items));
  else if (items.length === 0) say('No rules were ever applied: the default is in force.');
  else say(table([['VERSION', 'AT', 'HASH', 'FROM', 'BY', 'NOTE'], ...items.map(row)]));
}

function row({ version, appliedAt, hash, origin, actor, note = '' }: RulesVersion): string[] {
  return [
    String(version),
    `${appliedAt.slice(0, 19)}Z`,
    hash,
    origin,
    actor.name ?? actor.id,
    note.slice(0, 80),
  ];
}

/** The text of a version; without a number of the one in force. */
export async function showConfig(around: Surroundings, version: number | undefined, say: Say): Promise<void> {
  const { content } = await read(around, version);
  say(content.replace(/\n$/, ''));
}

/** How the text changed from one version to another: without numbers, by the one in force. */
export async function diff(
  around: Surroundings,
  { from, to }: { readonly from: number | undefined; readonly to: number | undefined },
  say: Say,
): Promise<void> {
  const after = await read(around, to);
  const before = await read(around, from ?? after.version - 1);
  const [old, present] = [before, after].map(({ version, hash }) => `version ${version} (${hash})`);
  const patch = createTwoFilesPatch(old ?? '', present ?? '', before.content, after.content);
  say(before.content === after.content ? 'no difference' : patch.replace(/^=+\n/, '').trimEnd());
}

async function read(around: Surroundings, version: number | undefined) {
  // Before the first version there was the default, which is the empty file.
  if (version === 0) return { version, hash: 'default', content: '' };
  const rules = await callApi(around, version === undefined ? '/rules' : `/rules/versions/${version}`);
  return getRulesAnswer.shape.rules.unwrap().parse(rules);
}
