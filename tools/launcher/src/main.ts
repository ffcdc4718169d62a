import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@gomon/testing';
import { readArguments, usage } from './arguments.js';
import { loadCredentials, type Credentials } from './credentials.js';
import { setTimeout as pause } from 'node:timers/promises';
import { demonstrate, mend, type CrashLoop, type Outcome, type Stage } from './demonstration.js';
import { demonstrateNodeFailure, demonstrateRecovery, type NodeFailure } from './node-failure.js';
import { lockFolder } from './folder-lock.js';
import { whenNpmIsGone } from './npm-parent.js';
import { overview } from './overview.js';
import { claimPorts } from './ports.js';
import { whenPredecessorIsGone } from './run-file.js';
import { serverHost } from './server-parts.js';
import { urlOf } from './services.js';
import { partsToStart, readSettings, type Settings } from './settings.js';
import { startSystem } from './system.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const demonstrationMs = 10_000;
/** What crash-loops in the demonstration is mended so much later. */
const mendAfterMs = 60_000;

const asked = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Asked twice: what still runs is tied to us and ends with us.
    if (asked.signal.aborted) process.exit(130);
    asked.abort(new Error('stopped'));
  });
}
// A terminal that is gone must not keep us from stopping in good order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
whenNpmIsGone(process.env, () => asked.abort(new Error('stopped')));

try {
  process.exitCode = await launch(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`\n${message}\n`);
  if (process.argv.includes('--once'))
    process.stdout.write(`${JSON.stringify({ ok: false, error: message })}\n`);
  process.exitCode = asked.signal.aborted ? 130 : 1;
}

async function launch(argv: readonly string[]): Promise<number> {
  const { demo, once, help } = readArguments(argv);
  const say = (line: string) => void (once ? process.stderr : process.stdout).write(`${line}\n`);
  if (help) {
    say(usage);
    return 0;
  }
  const asGiven = readSettings(process.env, root);
  await mkdir(asGiven.dataFolder, { recursive: true });
  const lock = await lockFolder(asGiven.dataFolder);
  await whenPredecessorIsGone(asGiven.dataFolder, demonstrationMs);
  const credentials = await loadCredentials(asGiven.dataFolder);
  const isServer = (part: string) => part === 'nats-server' || part === 'postgresql';
  const ports = await claimPorts(asGiven.ports, partsToStart(asGiven), (part) =>
    isServer(part) ? serverHost : asGiven.host,
  );
  const settings = { ...asGiven, ports, natsMonitorPort: asGiven.natsMonitorPort || (await freePort()) };

  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s`;
  const progress = (line: string) => say(`${seconds()}  ${line}`);
  progress('starting');
  const { running, stop } = await startSystem({
    root,
    settings,
    credentials,
    environment: process.env,
    say: progress,
    signal: asked.signal,
  });
  const readyMs = Math.round(performance.now() - startedAt);
  const shown = (name: string) => relative(process.cwd(), join(settings.dataFolder, name)) || '.';
  say(`\n${overview(settings, running)}\n`);
  say(`  data ${shown('')}, logs ${shown('logs')}, tokens ${shown('credentials.json')}\n`);

  const stage = stageOf(settings, credentials, progress);
  let outcome: Outcome | undefined;
  let crashLoop: CrashLoop | undefined;
  let nodeFailure: NodeFailure | undefined;
  if (demo) {
    progress(
      `demonstration: Grafana sends P0, P2 and P4${stage.kubernetesSimulatorUrl === undefined ? '' : ', a pod crash-loops'}`,
    );
    ({ outcome, crashLoop } = await demonstrate(stage, demonstrationMs));
    if (!asked.signal.aborted) nodeFailure = await demonstrateNodeFailure(stage, demonstrationMs);
    const missing = [
      ...outcome.missing,
      ...(nodeFailure?.missing ?? []),
      ...(once ? await mendAll(stage, crashLoop, nodeFailure) : []),
    ];
    outcome = { ...outcome, ok: missing.length === 0, missing };
    for (const line of outcome.missing) progress(`MISSING: ${line}`);
    progress(outcome.ok ? 'all of it arrived' : `not all of it arrived: look into ${shown('logs')}`);
  }
  if (!once && !asked.signal.aborted) {
    say('\n  Ctrl-C stops everything\n');
    if (crashLoop !== undefined || nodeFailure !== undefined) {
      progress(`the pod and the node are mended in ${mendAfterMs / 1_000} s`);
      void mendLater(stage, crashLoop, nodeFailure);
    }
    await new Promise((resolve) => asked.signal.addEventListener('abort', resolve));
  }
  progress('stopping');
  await stop();
  await lock.release();
  progress('stopped');
  if (!once) return 0;
  process.stdout.write(`${JSON.stringify({ ...outcome, readyMs })}\n`);
  return outcome?.ok === true ? 0 : 1;
}

function stageOf(settings: Settings, credentials: Credentials, say: (line: string) => void): Stage {
  return {
    ingestUrl: urlOf(settings, 'ingest'),
    grafanaHmacSecret: credentials.grafanaHmacSecret,
    alertmanagerBearer: credentials.alertmanagerBearer,
    apiUrl: urlOf(settings, 'api-gateway'),
    apiToken: credentials.apiToken,
    slackSimulatorUrl: settings.slack === undefined ? urlOf(settings, 'slack-simulator') : undefined,
    opsgenieSimulatorUrl: settings.opsgenie === undefined ? urlOf(settings, 'opsgenie-simulator') : undefined,
    kubernetesSimulatorUrl:
      settings.kubeconfig === undefined ? urlOf(settings, 'kubernetes-simulator') : undefined,
    say,
  };
}

/** Nothing of the demonstration fails for long. */
async function mendLater(
  stage: Stage,
  crashLoop: CrashLoop | undefined,
  nodeFailure: NodeFailure | undefined,
): Promise<void> {
  const isTime = await pause(mendAfterMs, true, { signal: asked.signal }).catch(() => false);
  if (!isTime) return;
  const missing = await mendAll(stage, crashLoop, nodeFailure);
  if (!asked.signal.aborted) for (const line of missing) stage.say(`MISSING: ${line}`);
}

/** Resolves with what was missing, in words. */
async function mendAll(
  stage: Stage,
  crashLoop: CrashLoop | undefined,
  nodeFailure: NodeFailure | undefined,
): Promise<readonly string[]> {
  return [
    ...(crashLoop === undefined ? [] : await mend(stage, crashLoop, demonstrationMs)),
    ...(nodeFailure === undefined ? [] : await demonstrateRecovery(stage, nodeFailure, demonstrationMs)),
  ];
}
