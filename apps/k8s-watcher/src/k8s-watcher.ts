import { Module, type DynamicModule } from '@nestjs/common';
import { defineService, logTo, type Runtime } from '@gomon/service';
import { k8sWatcherEnv, type K8sWatcherEnv } from './k8s-watcher-env.js';
import { ClusterFacts } from './report/cluster-facts.js';
import { Reports } from './report/publish-report.js';
import { Reporter } from './report/reporter.js';
import { DEFAULT_RULE_SETTINGS } from './rules/rule-settings.js';
import { ApiClient } from './watch/api-client.js';
import { ClusterWatch } from './watch/cluster-watch.js';

/** Watches a Kubernetes cluster and reports what is wrong in it. It keeps nothing: everything follows from what is true now. */
export const k8sWatcherService = defineService<K8sWatcherEnv>({
  name: 'k8s-watcher',
  env: k8sWatcherEnv,
  module: wire,
  startsWithoutNats: true,
  onReady: (app) => {
    app.get(ClusterWatch).start();
    app.get(Reporter).start();
    app.get(ClusterFacts).start();
  },
  beforeClose: async (app) => {
    await app.get(ClusterFacts).stop();
    await app.get(Reporter).stop();
    await app.get(ClusterWatch).stop();
  },
});

@Module({})
class K8sWatcherModule {}

function wire({ config, publisher, log, health }: Runtime<K8sWatcherEnv>): DynamicModule {
  const say = logTo(log);
  const client = ApiClient.from(config.KUBECONFIG);
  const { K8S_CLUSTER: cluster, GOMON_SCOPE: scope } = config;
  const watch = new ClusterWatch(
    client,
    config.K8S_NAMESPACES,
    {
      reconcileMs: config.K8S_RECONCILE_S * 1_000,
      silenceMs: config.K8S_SILENCE_S * 1_000,
      listTimeoutMs: config.K8S_LIST_TIMEOUT_S * 1_000,
      blindAfterMs: config.K8S_BLIND_AFTER_S * 1_000,
    },
    () => reporter.noticed(),
    say,
  );
  const settings = {
    ...DEFAULT_RULE_SETTINGS,
    profile: config.K8S_PROFILE,
    systemNamespaces: new Set(config.K8S_SYSTEM_NAMESPACES),
  };
  const everyMs = config.K8S_RECONCILE_S * 1_000;
  const reporter: Reporter = new Reporter(
    watch,
    client,
    new Reports(publisher, { scope, cluster }),
    { cluster, settings, snapshotMs: everyMs },
    say,
  );
  const facts = new ClusterFacts(watch, client, publisher, { cluster, scope, everyMs }, say);
  // A cluster that cannot be seen is an alert, and no reason to take us out of service.
  health.indicator('kubernetes', () => ({
    ok: true,
    detail: watch.unseen.length === 0 ? `sees ${client.server}` : `does not see ${watch.unseen.join(', ')}`,
  }));
  return {
    module: K8sWatcherModule,
    providers: [
      { provide: ClusterWatch, useValue: watch },
      { provide: Reporter, useValue: reporter },
      { provide: ClusterFacts, useValue: facts },
    ],
  };
}
