import { describeError, Nats, Publisher } from '@gomon/messaging';
import { known, type Surroundings } from './surroundings.js';

/** Runs `work` with a connection that is closed afterwards. @throws Error when NATS cannot be reached */
export async function withNats<T>(
  { natsUrl }: Surroundings,
  work: (nats: Nats, publisher: Publisher) => Promise<T>,
): Promise<T> {
  const nats = await connect(known(natsUrl, 'NATS', '--nats or NATS_URL'));
  try {
    return await work(nats, new Publisher(nats));
  } finally {
    await nats.drain();
  }
}

async function connect(url: string): Promise<Nats> {
  try {
    return await Nats.connect({ url, name: 'gomon-cli', log: () => undefined });
  } catch (error) {
    const where = url.replace(/[^@/,]*@/g, '');
    throw new Error(`NATS at ${where} cannot be reached: ${describeError(error)}`, { cause: error });
  }
}
