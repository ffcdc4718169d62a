import type { Nats } from './nats.js';
import type { ConsumerDeclaration } from './streams.js';

/** Whether a stream has lost messages that these consumers of it were never given: it starts after the next one. */
export async function hasLostMessages(
  nats: Nats,
  consumers: readonly ConsumerDeclaration[],
): Promise<boolean> {
  const manager = await nats.jetstreamManager();
  const lost = await Promise.all(
    consumers.map(async ({ name, stream }) => {
      const { state } = await manager.streams.info(stream.name);
      const { delivered } = await manager.consumers.info(stream.name, name);
      return state.first_seq > delivered.stream_seq + 1;
    }),
  );
  return lost.includes(true);
}
