import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { existsSync } from 'node:fs';
import { startNatsServer, type NatsServer } from './nats-server.js';

describe('a nats-server for tests', () => {
  let server: NatsServer;

  beforeEach(async () => {
    server = await startNatsServer();
  });
  afterEach(async () => {
    await server.stop();
  });

  it('keeps what it acknowledged when it is killed, and comes back on the same port', async () => {
    const before = await connect({ servers: server.url });
    await (await jetstreamManager(before)).streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    await jetstream(before).publish('kept.one', 'payload');
    const { pid, url } = server;
    await server.kill();
    await before.close();
    await server.restart();

    expect(server.url).toBe(url);
    expect(server.pid).not.toBe(pid);
    const after = await connect({ servers: server.url });
    const { state } = await (await jetstreamManager(after)).streams.info('KEPT');
    expect(state.messages).toBe(1);
    await after.close();
  });

  it('answers nobody while it is paused', async () => {
    const client = await connect({ servers: server.url });
    await server.pause();
    const answer = client.flush().then(() => 'answered');
    const silence = new Promise((resolve) => setTimeout(() => resolve('silence'), 100));
    expect(await Promise.race([answer, silence])).toBe('silence');
    server.resume();
    expect(await answer).toBe('answered');
    await client.close();
  });

  it('removes its temporary folder when it stops', async () => {
    await server.stop();
    expect(existsSync(server.dataDir)).toBe(false);
  });

  it('says why it cannot start on a port that is taken', async () => {
    await expect(startNatsServer({ port: server.port })).rejects.toThrow('address already in use');
  });
});
