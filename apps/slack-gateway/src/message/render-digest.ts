import type { ProblemView, ToldDigest } from '@gomon/contracts';
import { context, mrkdwn, plain, section } from './blocks.js';
import { fitted, isBlank, oneLine, slackTime } from './escape.js';
import { headlineOf } from './problem-state.js';
import type { Rendered } from './render-problem.js';

interface Share {
  readonly total: number;
  readonly firing: number;
}

/** A digest of a storm, as a reply: how many alerts of what fire, of how many. */
export function renderDigest(problem: ProblemView, digest: ToldDigest): Rendered {
  const { severities, namespaces, otherNamespaces, titles, otherTitles } = digest;
  const first = firstLine(digest);
  const bySeverity = severities.map((one) => `${one.severity} ${shareOf(one)}`);
  const byNamespace = [
    ...namespaces.map((one) => `${nameOf(one.name, 60, 'no namespace')} ${shareOf(one)}`),
    ...othersOf(otherNamespaces, 'namespaces'),
  ];
  const most = [
    ...titles.map((one) => `• ${nameOf(one.name, 150, 'no title')}: ${shareOf(one)}`),
    ...othersOf(otherTitles, 'titles').map((one) => `• ${one}`),
  ];
  const next = problem.storm?.nextAt;
  return {
    text: fitted(`${headlineOf(problem)}: ${first}`, 1_000),
    blocks: [
      ...section(plain(`🌩️ ${first}`)),
      ...section(plain(lineOf('By severity', bySeverity))),
      ...section(plain(lineOf('By namespace', byNamespace))),
      ...section(plain([digest.last ? 'Still open, of all:' : 'Firing, of all:', ...most].join('\n'))),
      ...(digest.last || next === undefined ? [] : [context([mrkdwn(`The next digest ${slackTime(next)}`)])]),
    ],
  };
}

function firstLine({ number, last, total, firing, joined, ended }: ToldDigest): string {
  const since = `${joined} joined and ${ended} ended since the last`;
  if (!last) return `Digest ${number}: ${firing} of ${total} alerts are firing; ${since}.`;
  const open =
    firing === 0 ? `none of ${total} alerts is open any more` : `${firing} of ${total} alerts are still open`;
  return `Digest ${number}, the last, the storm is over: ${open}; ${since}.`;
}

function shareOf({ total, firing }: Share): string {
  return firing === total ? `${total}` : `${firing} of ${total}`;
}

function nameOf(name: string, longest: number, none: string): string {
  const text = fitted(oneLine(name), longest);
  return isBlank(text) ? none : text;
}

function othersOf(others: (Share & { readonly names: number }) | undefined, what: string): readonly string[] {
  return others === undefined ? [] : [`${others.names} other ${what} ${shareOf(others)}`];
}

function lineOf(what: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : `${what}: ${parts.join(' · ')}`;
}
