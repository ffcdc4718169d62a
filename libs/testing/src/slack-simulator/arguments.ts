import type { Arguments } from './method.js';

/** Arguments that are JSON text in a form. */
const JSON_ARGUMENTS = new Set(['blocks', 'attachments', 'metadata']);

/** The arguments of a call, from JSON or a form; undefined when the body is neither. */
export function argumentsOf(contentType: string, body: string): Arguments | undefined {
  if (contentType.startsWith('application/json')) {
    const parsed = jsonOf(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Arguments)
      : undefined;
  }
  const form = new URLSearchParams(body);
  return Object.fromEntries(
    [...form].map(([name, value]) => [name, JSON_ARGUMENTS.has(name) ? (jsonOf(value) ?? value) : value]),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
