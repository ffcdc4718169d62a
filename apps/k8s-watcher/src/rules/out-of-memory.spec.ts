import { healthyPod } from '@gomon/testing';
import {
  ago,
  cart,
  firing,
  fixture,
  MINUTE,
  noon,
  NOON,
  stateOf,
  verdictOf,
  withContainer,
} from './story.spec-support.js';

const rule = 'PodOOMKilled';
const killed = (ms: number, reason = 'OOMKilled', suffix = 'abcde') =>
  withContainer(healthyPod(noon, { ...cart, suffix }), {
    restartCount: 1,
    lastState: { terminated: { exitCode: 137, reason, startedAt: ago(ms + MINUTE), finishedAt: ago(ms) } },
  });

it('fires at once, and is over an hour after the last kill', () => {
  expect(stateOf(rule, [killed(0)])).toBe('firing');
  expect(stateOf(rule, [killed(60 * MINUTE - 1)])).toBe('firing');
  expect(stateOf(rule, [killed(60 * MINUTE)])).toBe('clear');
  expect(verdictOf(rule, [killed(0)])?.changesAt).toBe(ago(-60 * MINUTE));
});

it('says limit and request, as they are and not as they are wanted', () => {
  expect(verdictOf(rule, [fixture('pod-oomkilled')])?.description).toContain('limit 1536Mi, request 1Gi');
  const resized = withContainer(healthyPod(noon, cart), {
    resources: { limits: { memory: '2Gi' } },
    state: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: ago(MINUTE) } },
  });
  expect(verdictOf(rule, [resized])?.description).toContain('limit 2Gi, request none');
});

it('is none when a SIGKILL ended it: exit code 137 with another reason', () => {
  expect(stateOf(rule, [killed(MINUTE, 'Error')])).toBe('clear');
});

it('of three kills of one owner within the hour is worse', () => {
  const pods = ['a', 'b', 'c'].map((suffix, index) => killed(index * MINUTE, 'OOMKilled', suffix));
  expect(firing(pods.slice(1))).toEqual(['PodOOMKilled P3']);
  expect(firing(pods)).toEqual(['PodOOMKilled P2']);
});

it('is told of a pod that failed by it, but not of a try of a Job', () => {
  const pod = killed(MINUTE);
  const failed = { ...pod, status: { ...pod.status, phase: 'Failed' } };
  expect(stateOf(rule, [failed])).toBe('firing');
  const ownerReferences = [{ kind: 'Job', name: 'report', controller: true }];
  expect(stateOf(rule, [{ ...failed, metadata: { ...pod.metadata, ownerReferences } }])).toBe('clear');
});

it('waits while the pod is younger than half a minute', () => {
  const young = withContainer(healthyPod(noon, { ...cart, ageS: 20 }), {
    lastState: { terminated: { reason: 'OOMKilled', finishedAt: ago(5_000) } },
  });
  expect(verdictOf(rule, [young])).toMatchObject({ state: 'undecided', changesAt: ago(-10_000) });
  expect(stateOf(rule, [young], NOON + 10_000)).toBe('firing');
});
