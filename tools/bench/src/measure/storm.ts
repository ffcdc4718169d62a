import { distinctAlerts, grafanaDeliveries, grafanaDelivery } from '../load/deliveries.js';
import { Sender } from '../load/sender.js';
import { pipelineOf, startProduct } from '../product.js';
import { whenPosted } from './sent-to-slack.js';
import { percentile } from './statistics.js';
import { CONNECTIONS, ThroughputBench } from './throughput.js';

const OTHERS = 20_000;
const REPORT_SIZE = 100;

/** From the POST of one P0 in the middle of a storm until Slack's API has it. Each round is a storm of its own. */
export async function measureStorm(rounds: number, say: (line: string) => void): Promise<{ p99: number }> {
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
    for (let round = 1; round <= rounds; round += 1) {
      const storm = grafanaDeliveries(
        distinctAlerts(`bench-storm-${round}`, OTHERS, 'warning'),
        REPORT_SIZE,
        pipeline.hmacSecret,
      );
      const name = `bench-urgent-${round}`;
      const committed = await bench.committed();
      const sender = new Sender(pipeline.webhookUrl, CONNECTIONS);
      let sent: Promise<number> | undefined;
      await sender.sendAll(storm, (accepted) => {
        if (accepted >= storm.length / 2) sent ??= sendP0(name);
      });
      took.push((await postedAt(name)) - ((await sent) ?? NaN));
      say(`storm ${round}: a P0 amid ${OTHERS} alerts was in Slack after ${took.at(-1)} ms`);
      await bench.whenPublished(committed + OTHERS + 1);
      await sender.close();
    }
    await calm.close();
    await bench.close();
    return { p99: percentile(took, 99) };
  } finally {
    await system.stop();
  }
}
