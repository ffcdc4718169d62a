import { Nats, Publisher } from '@gomon/messaging';
import { known, type Surroundings } from './surroundings.js';

/** Runs `work` with a connection that is closed afterwards. */
export async function withNats<T>(
  { natsUrl }: Surroundings,
  work: (nats: Nats, publisher: Publisher) => Promise<T>,
): Promise<T> {
  const url = known(natsUrl, 'NATS', '--nats or NATS_URL');
  const nats = await Nats.connect({ url, name: 'gomon-cli', log: () => undefined });
  try {
    return await work(nats, new Publisher(nats));
  } finally {
    await nats.drain();
  }
}
