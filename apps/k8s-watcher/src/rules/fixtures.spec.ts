import { z } from 'zod';
import {
  firing,
  fixture,
  fixtureText,
  NOON,
  SECOND,
  stateOf,
  verdictOf,
  verdicts,
} from './story.spec-support.js';

describe('a fixture', () => {
  it.each([
    ['pod-crashloop', ['PodCrashLooping P2']],
    ['pod-crashloop-running-phase', ['PodCrashLooping P2']],
    ['pod-imagepullbackoff', ['PodImagePullFailed P2']],
    ['pod-oomkilled', ['PodOOMKilled P3']],
    ['node-notready-cni', ['NodeNotReady P1']],
    ['node-unreachable', ['NodeUnreachable P1']],
    ['deployment-stuck', ['DeploymentRolloutStuck P2']],
  ])('%s fires %j', (name, expected) => {
    expect(firing([fixture(name)])).toEqual(expected);
  });

  it.each([
    'near-pod-crashloop-rollout',
    'near-pod-deleting-drain',
    'near-pod-completed-sidecar-killed',
    'near-deployment-paused',
    'near-deployment-stale-status',
    'near-node-autoscaler-drain',
    'near-pod-scheduling-gated',
    'pod-init-failing',
    'pod-evicted',
    'pod-stuck-terminating',
    'deployment-down',
    'pod-unschedulable',
  ])('%s fires nothing of these rules above P4', (name) => {
    expect(firing([fixture(name)]).filter((each) => !each.endsWith('P4'))).toEqual([]);
  });

  it('of a pod on a node that is gone leaves that to the node, and says so', () => {
    const objects = [fixture('near-pod-on-dead-node'), fixture('node-unreachable')];
    expect(firing(objects)).toEqual(['NodeUnreachable P1']);
    expect(verdictOf('PodNotReady', objects)).toMatchObject({
      state: 'undecided',
      labels: { secondary: 'true', cause: 'NodeUnreachable/node-b3' },
    });
  });

  it('of a stuck rollout with the image that it cannot get tells both, the image milder: the old pods serve', () => {
    expect(firing([fixture('deployment-stuck'), fixture('pod-imagepullbackoff')])).toEqual([
      'PodImagePullFailed P3',
      'DeploymentRolloutStuck P2',
    ]);
  });
});

describe('the phases of one crash loop', () => {
  const object = z.object({ type: z.string(), object: z.looseObject({ kind: z.string() }) });
  const seen = fixtureText('watch-pods.ndjson')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => object.parse(JSON.parse(line)))
    .filter(({ type }) => type === 'MODIFIED')
    .map((event) => event.object);

  it('all fire as one alert that began at the same time', () => {
    const phases = [...seen, fixture('pod-crashloop'), fixture('pod-crashloop-running-phase')];
    expect(phases.length).toBeGreaterThan(3);
    const found = phases.map((phase) => verdictOf('PodCrashLooping', [phase]));
    expect(new Set(found.map((each) => JSON.stringify([each?.state, each?.subject, each?.since]))).size).toBe(
      1,
    );
  });

  it('fire however soon after a crash they are looked at', () => {
    const ended = Date.parse('2026-11-20T09:57:12Z');
    for (const after of [0, 1, 20, 40, 160].map((seconds) => seconds * SECOND)) {
      expect(stateOf('PodCrashLooping', [fixture('pod-crashloop')], ended + after)).toBe('firing');
    }
  });
});

it('the same objects at the same time give the same verdicts: a restart forgets nothing', () => {
  const objects = ['pod-crashloop', 'pod-oomkilled', 'node-unreachable', 'deployment-stuck'].map(fixture);
  expect(verdicts(structuredClone(objects), NOON)).toEqual(verdicts(objects, NOON));
});
