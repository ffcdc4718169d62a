import type { Labels } from '@gomon/contracts';
import { firing, TogetherStory } from '../decide/together.spec-support.js';

/** When it began, what it is called, and what it is about. */
export type Told = readonly [since: string, alertname: string, labels?: Labels, summary?: string];

/** What becomes of alerts that are told one after another. */
export function told(...alerts: readonly Told[]): TogetherStory {
  const story = new TogetherStory();
  for (const [index, [since, alertname, labels, summary]] of alerts.entries())
    story.report(`10:${String(index + 10)}`, firing(since, { alertname, ...labels }, summary));
  return story;
}

/** The groups, which are the same in whatever order the alerts are told. */
export function groupsOf(...alerts: readonly Told[]): readonly string[] {
  const { groups } = told(...alerts);
  expect(told(...alerts.toReversed()).groups).toEqual(groups);
  return groups;
}
