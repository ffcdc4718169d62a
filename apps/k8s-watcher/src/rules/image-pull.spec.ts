import { deployment, healthyPod } from '@gomon/testing';
import {
  ago,
  cart,
  firing,
  MINUTE,
  noon,
  NOON,
  SECOND,
  stateOf,
  verdictOf,
  withContainer,
} from './story.spec-support.js';

const rule = 'PodImagePullFailed';

function pulling(ageMs: number, reason = 'ImagePullBackOff', more: object = {}) {
  const pod = withContainer(healthyPod(noon, { ...cart, ageS: ageMs / SECOND }), {
    ready: false,
    started: false,
    state: { waiting: { reason, message: '401 Unauthorized' } },
    ...more,
  });
  return { ...pod, status: { ...pod.status, phase: 'Pending' } };
}

it.each(['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable', 'SignatureValidationFailed'])(
  '%s is an image that cannot be had',
  (reason) => {
    expect(firing([pulling(10 * MINUTE, reason)])).toEqual(['PodImagePullFailed P2']);
  },
);

it('says image, answer and pull secrets', () => {
  const pod = pulling(10 * MINUTE);
  const found = verdictOf(rule, [
    { ...pod, spec: { ...pod.spec, imagePullSecrets: [{ name: 'registry' }] } },
  ]);
  expect(found?.title).toBe('cart (shop) cannot get its image registry.example/cart:1.4.2');
  expect(found?.description).toContain('401 Unauthorized');
  expect(found?.description).toContain('Pull secrets: registry.');
});

it('says what no retry will help', () => {
  expect(verdictOf(rule, [pulling(10 * MINUTE, 'InvalidImageName')])?.description).toContain(
    'no name of an image',
  );
  expect(verdictOf(rule, [pulling(10 * MINUTE, 'ErrImageNeverPull')])?.description).toContain(
    'imagePullPolicy',
  );
});

it('waits for two minutes: a pull secret may still arrive', () => {
  expect(stateOf(rule, [pulling(2 * MINUTE - SECOND)])).toBe('undecided');
  expect(stateOf(rule, [pulling(2 * MINUTE)])).toBe('firing');
});

it('waits from the end of the last run on, where the image changed in a pod that ran', () => {
  const ended = (ms: number) => ({ lastState: { terminated: { exitCode: 0, finishedAt: ago(ms) } } });
  expect(stateOf(rule, [pulling(20 * MINUTE, 'ErrImagePull', ended(MINUTE))])).toBe('undecided');
  expect(stateOf(rule, [pulling(20 * MINUTE, 'ErrImagePull', ended(2 * MINUTE))])).toBe('firing');
});

it('counts from the end of the init containers, for those that come after', () => {
  const pod = pulling(20 * MINUTE);
  const init = (ms: number) => [
    { name: 'migrate', ready: true, state: { terminated: { finishedAt: ago(ms) } } },
  ];
  const after = (ms: number) => ({ ...pod, status: { ...pod.status, initContainerStatuses: init(ms) } });
  expect(stateOf(rule, [after(MINUTE)])).toBe('undecided');
  expect(stateOf(rule, [after(2 * MINUTE)])).toBe('firing');
});

it('looks at init containers too', () => {
  const pod = healthyPod(noon, { ...cart, ageS: 600 });
  const init = {
    name: 'migrate',
    image: 'registry.example/none:1',
    state: { waiting: { reason: 'ErrImagePull' } },
  };
  const found = verdictOf(rule, [{ ...pod, status: { ...pod.status, initContainerStatuses: [init] } }]);
  expect(found).toMatchObject({ state: 'firing', subject: { container: 'migrate' } });
});

it('is milder while pods of before still serve', () => {
  const old = healthyPod(noon, { ...cart, suffix: 'old' });
  const found = firing([pulling(10 * MINUTE), old, deployment(noon, 'shop', 'cart', 1)]);
  expect(found).toEqual(['PodImagePullFailed P3']);
});

it('stays open until the container has started, and two minutes more', () => {
  expect(stateOf(rule, [pulling(30 * MINUTE, 'ContainerCreating')])).toBe('undecided');
  const started = (ms: number) =>
    withContainer(healthyPod(noon, cart), { state: { running: { startedAt: ago(ms) } } });
  expect(stateOf(rule, [started(2 * MINUTE - SECOND)])).toBe('undecided');
  expect(stateOf(rule, [started(2 * MINUTE)])).toBe('clear');
});

it('is over at once when the pod is deleted', () => {
  const pod = pulling(10 * MINUTE);
  const metadata = { ...pod.metadata, deletionTimestamp: new Date(NOON).toISOString() };
  expect(stateOf(rule, [{ ...pod, metadata }])).toBe('clear');
});
