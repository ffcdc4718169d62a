import { CONSUMERS, type Nats } from '@gomon/messaging';

/** Whether the stream has lost facts that we were never given: it starts after the next one of a consumer of ours. */
export async function hasLostFacts(nats: Nats): Promise<boolean> {
  const manager = await nats.jetstreamManager();
  const { stream } = CONSUMERS.slackUrgent;
  const { state } = await manager.streams.info(stream.name);
  const consumers = await Promise.all(
    [CONSUMERS.slackUrgent, CONSUMERS.slackNormal].map(({ name }) =>
      manager.consumers.info(stream.name, name),
    ),
  );
  return consumers.some(({ delivered }) => state.first_seq > delivered.stream_seq + 1);
}
