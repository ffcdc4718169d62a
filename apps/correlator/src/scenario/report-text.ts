import { labelsText } from './label-subset.js';
import type { Judgement } from './judge.js';
import type { PlayedProblem } from './played.js';
import type { NoiseReduction, Scores, Share } from './score.js';

/** So many problems, and members of a problem, are shown; all of them are in the JSON. */
const PROBLEMS = 30;
const MEMBERS = 8;

/** One line for a scenario, and below it all of it where something is wrong with it or `isVerbose`. */
export function scenarioText({ played, ok, failures }: Judgement, isVerbose: boolean): string {
  const { name, problems, incidents, notifications, mutes } = played;
  const counts = [
    counted(problems.length, 'problem'),
    counted(incidents.length, 'incident'),
    counted(notifications.length, 'notification'),
  ].join(', ');
  const line = `${ok ? 'ok  ' : 'FAIL'}  ${name}: ${counts}`;
  if (ok && !isVerbose) return line;
  const channels = Map.groupBy(notifications, ({ channel }) => channel);
  return [
    line,
    ...failures.map((failure) => `  !! ${failure}`),
    ...problems.slice(0, PROBLEMS).flatMap(problemLines),
    ...(problems.length > PROBLEMS ? [`  and ${problems.length - PROBLEMS} problems more`] : []),
    ...incidents.map(({ at, primary }) => `  incident at ${at} s: ${labelsText(primary)}`),
    ...[...channels].map(([channel, of]) => `  ${channel}: ${counted(of.length, 'notification')}`),
    ...mutes.map(({ at, primary, why }) => `  muted at ${at} s: ${labelsText(primary)}: ${why}`),
  ].join('\n');
}

function problemLines({ primary, severity, reason, members }: PlayedProblem): readonly string[] {
  const shown = members.slice(0, MEMBERS);
  const more = members.length - shown.length;
  return [
    `  ${severity} ${labelsText(primary)}: ${counted(members.length, 'member')}; ${reason}`,
    ...shown.map(({ firstAt, source, labels }) => `    ${firstAt} s ${source} ${labelsText(labels)}`),
    ...(more === 0 ? [] : [`    and ${more} more`]),
  ];
}

export function scoresText(scores: Scores): string {
  return [
    `scenarios                     ${scores.ok} of ${scores.scenarios} ok`,
    `grouping precision            ${scores.groupingPrecision.toFixed(4)}`,
    `grouping recall               ${scores.groupingRecall.toFixed(4)}`,
    `primary right                 ${shareText(scores.primaryRight)}`,
    `noise reduction               ${noiseText(scores.noiseReduction)}`,
    `  where symptoms are many     ${noiseText(scores.noiseReductionMultiSymptom)}`,
    `missed problems               ${scores.missedProblems}`,
    `false incidents               ${shareText(scores.falseIncidents)}`,
  ].join('\n');
}

function shareText({ count, of, share }: Share): string {
  return `${count} of ${of} (${percent(share)})`;
}

function noiseText({ scenarios, observations, notifications, share }: NoiseReduction): string {
  return `${percent(share)} (${counted(scenarios, 'scenario')}: ${observations} in, ${notifications} out)`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
