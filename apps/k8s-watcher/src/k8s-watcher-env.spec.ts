import { readConfig } from '@gomon/service';
import { k8sWatcherEnv } from './k8s-watcher-env.js';

const needed = { PORT: '0', NATS_URL: 'nats://localhost:4222' };

it.each([
  ['30', '30'],
  ['60', '5'],
])('a cluster listed every %s s cannot be called unseen after %s s', (reconcile, blind) => {
  const env = { ...needed, K8S_RECONCILE_S: reconcile, K8S_BLIND_AFTER_S: blind };
  expect(() => readConfig(k8sWatcherEnv, env)).toThrow(
    'K8S_BLIND_AFTER_S: must be longer than K8S_RECONCILE_S',
  );
});

it('by default a cluster is listed twice before it may be called unseen', () => {
  expect(readConfig(k8sWatcherEnv, needed)).toMatchObject({ K8S_RECONCILE_S: 30, K8S_BLIND_AFTER_S: 60 });
});
