import {
  alertsOfOneCause,
  distinctAlerts,
  grafanaDeliveries,
  grafanaDelivery,
  type BenchAlert,
} from '../load/deliveries.js';
import { Sender } from '../load/sender.js';
import { pipelineOf, startProduct } from '../product.js';
import { whenPosted } from './sent-to-slack.js';
import { percentile } from './statistics.js';
import { CONNECTIONS, ThroughputBench } from './throughput.js';

const OTHERS = 20_000;
const REPORT_SIZE = 100;

const OF_ONE_CAUSE = 50_000;

export interface Storms {
  /** From the POST of one P0 in the middle of a storm of unrelated alerts until Slack's API has it. */
  readonly p99: number;
  readonly ofOneCause: { readonly p0Ms: number; readonly parents: number };
}

/** Each round is a storm of its own; the last is one of a single cause. */
export async function measureStorm(rounds: number, say: (line: string) => void): Promise<Storms> {
  const system = await startProduct();
  const took: number[] = [];
  try {
    const pipeline = pipelineOf(system);
    const bench = await ThroughputBench.open(pipeline);
    const calm = new Sender(pipeline.webhookUrl, 1);
    const sendP0 = async (name: string): Promise<number> => {
      const labels = { alertname: name, severity: 'P0', namespace: 'shop' };
      const sentAt = Date.now();
      await calm.send(grafanaDelivery([{ name, labels }], pipeline.hmacSecret));
      return sentAt;
    };
    const postedAt = async (name: string) =>
      (await whenPosted(system.slackUrl, [name], 60_000)).get(name) ?? NaN;
    // A service that has just started compiles what it runs.
    await bench.run('bench-warm-up', 2_000, REPORT_SIZE);
    await sendP0('bench-urgent-0');
    await postedAt('bench-urgent-0');
    const storm = async (name: string, alerts: readonly BenchAlert[]): Promise<number> => {
      const deliveries = grafanaDeliveries(alerts, REPORT_SIZE, pipeline.hmacSecret);
      const committed = await bench.committed();
      const sender = new Sender(pipeline.webhookUrl, CONNECTIONS);
      let sent: Promise<number> | undefined;
      await sender.sendAll(deliveries, (accepted) => {
        if (accepted >= deliveries.length / 2) sent ??= sendP0(name);
      });
      const p0Ms = (await postedAt(name)) - ((await sent) ?? NaN);
      await bench.whenPublished(committed + alerts.length + 1);
      await sender.close();
      return p0Ms;
    };
    for (let round = 1; round <= rounds; round += 1) {
      const others = distinctAlerts(`bench-storm-${round}`, OTHERS, 'warning');
      took.push(await storm(`bench-urgent-${round}`, others));
      say(`storm ${round}: a P0 amid ${OTHERS} alerts was in Slack after ${took.at(-1)} ms`);
    }
    const before = await bench.problemsTold();
    const p0Ms = await storm('bench-urgent-of-one', alertsOfOneCause('bench-of-one', OF_ONE_CAUSE));
    const parents = (await bench.problemsTold()) - before - 1;
    say(
      `a storm of ${OF_ONE_CAUSE} of one cause: ${parents} parents, a P0 in it was in Slack after ${p0Ms} ms`,
    );
    await calm.close();
    await bench.close();
    return { p99: percentile(took, 99), ofOneCause: { p0Ms, parents } };
  } finally {
    await system.stop();
  }
}
