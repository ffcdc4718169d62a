import { RE2JS } from 're2js';
import { z } from 'zod';
import { type Labels, labelOf } from './labels.js';

/** A label matcher as in Prometheus Alertmanager. */
export const matcher = z.object({
  name: z.string().min(1),
  operator: z.enum(['=', '!=', '=~', '!~']),
  value: z.string(),
});
export type Matcher = z.infer<typeof matcher>;

/** A matcher that cannot be used, with the position in its text where it fails. */
export class MatcherError extends Error {
  override readonly name = 'MatcherError';
  constructor(
    message: string,
    readonly text: string,
    readonly position: number,
  ) {
    super(`${message} at position ${position} of ${JSON.stringify(text)}`);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };
const UNQUOTED_END = /[\s{}!=~,\\"'`]/;

/** Reads `name`, or `"name"` with escapes, from a position; returns the text and the position behind it. */
function readToken(text: string, from: number): { token: string; next: number } {
  if (text[from] !== '"') {
    let next = from;
    while (next < text.length && !UNQUOTED_END.test(text.charAt(next))) next += 1;
    return { token: text.slice(from, next), next };
  }
  let token = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') return { token, next: at + 1 };
    if (char !== '\\') {
      token += char;
      continue;
    }
    const escaped = ESCAPES[text.charAt(at + 1)];
    if (escaped === undefined) throw new MatcherError('unknown escape', text, at);
    token += escaped;
    at += 1;
  }
  throw new MatcherError('quote is not closed', text, from);
}

/**
 * Parses `name=value`, `name!="value"`, `name=~"expression"` or `name!~"expression"`. Names and values may be quoted;
 * names may be any UTF-8.
 * @throws MatcherError with the position of the fault, also for an expression that is no RE2 expression.
 */
export function parseMatcher(text: string): Matcher {
  const start = text.length - text.trimStart().length;
  const { token: name, next: afterName } = readToken(text, start);
  if (name === '') throw new MatcherError('label name is missing', text, start);
  const rest = text.slice(afterName).trimStart();
  const operatorAt = text.length - rest.length;
  const operator = (['=~', '!~', '!=', '='] as const).find((candidate) => rest.startsWith(candidate));
  if (operator === undefined) throw new MatcherError('operator =, !=, =~ or !~ is missing', text, operatorAt);
  const valueAt = operatorAt + operator.length;
  const raw = text.slice(valueAt).trim();
  const quotedAt = text.indexOf(raw, valueAt);
  let value = raw;
  if (raw.startsWith('"')) {
    const quoted = readToken(text, quotedAt);
    if (text.slice(quoted.next).trim() !== '') {
      throw new MatcherError('text after the closing quote', text, quoted.next);
    }
    value = quoted.token;
  }
  const parsed: Matcher = { name, operator, value };
  compileMatcher(parsed, text);
  return parsed;
}

/** A matcher as people write it, parsed. */
export const matcherText = z
  .string()
  .transform((text, context): Matcher => {
    try {
      return parseMatcher(text);
    } catch (error) {
      if (!(error instanceof MatcherError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  })
  .meta({
    description:
      'A label matcher as in Alertmanager: `name="value"`, `!=`, `=~` and `!~` with an RE2 expression anchored at both ends. A missing label equals the empty text.',
    examples: ['namespace=~"shop|payments"'],
  });

/** A test of labels, compiled once. */
export type LabelTest = (labels: Labels) => boolean;

/**
 * Compiles a matcher. Expressions are RE2 (linear time: none can hang the service) and anchored at both ends, as in
 * Alertmanager; a missing label equals the empty text.
 * @throws MatcherError when the expression is none, with the position of the fault.
 */
export function compileMatcher({ name, operator, value }: Matcher, text = value): LabelTest {
  switch (operator) {
    case '=':
      return (labels) => labelOf(labels, name) === value;
    case '!=':
      return (labels) => labelOf(labels, name) !== value;
    case '=~':
    case '!~': {
      const expression = compileExpression(value, text);
      const wanted = operator === '=~';
      // Most alerts lack most labels.
      const isForMissing = expression.matches('') === wanted;
      return (labels) => {
        const text = labelOf(labels, name);
        return text === '' ? isForMissing : expression.matches(text) === wanted;
      };
    }
  }
}

function compileExpression(expression: string, text: string): RE2JS {
  try {
    return RE2JS.compile(`^(?:${expression})$`, RE2JS.DOTALL);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MatcherError(`expression is not valid (${reason})`, text, faultPosition(expression, text));
  }
}

/** The length of the longest beginning of the expression that still compiles: where the fault starts. */
function faultPosition(expression: string, text: string): number {
  const offset = Math.max(0, text.lastIndexOf(expression));
  for (let length = expression.length - 1; length > 0; length -= 1) {
    try {
      RE2JS.compile(expression.slice(0, length));
      return offset + length;
    } catch {
      continue;
    }
  }
  return offset;
}

/** True when every matcher matches (an empty list matches everything). */
export function compileMatchers(matchers: readonly Matcher[]): LabelTest {
  const tests = matchers.map((one) => compileMatcher(one));
  return (labels) => tests.every((test) => test(labels));
}
