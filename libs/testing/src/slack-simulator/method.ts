import type { Workspace } from './workspace.js';

/** The answer of a Web API method: HTTP 200 whatever it says. */
export type Answer = { readonly ok: boolean; readonly error?: string } & Readonly<Record<string, unknown>>;

export type Arguments = Readonly<Record<string, unknown>>;

/** One method of the Web API. */
export type Method = (args: Arguments, workspace: Workspace) => Answer;

export function failed(error: string, messages: readonly string[] = []): Answer {
  return { ok: false, error, ...(messages.length === 0 ? {} : { response_metadata: { messages } }) };
}
