import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.js';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js';

describe('a TCP proxy', () => {
  let target: Server;
  let proxy: TcpProxy;

  beforeEach(async () => {
    target = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(
      0,
      '127.0.0.1',
    );
    await once(target, 'listening');
    proxy = await startTcpProxy({ target: `tcp://127.0.0.1:${(target.address() as AddressInfo).port}` });
  });
  afterEach(async () => {
    await proxy.stop();
    target.close();
  });

  const open = async (): Promise<Socket> => {
    const socket = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  const echo = async (socket: Socket, text: string): Promise<string> => {
    socket.write(text);
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    return bytes.toString();
  };

  it('passes everything on', async () => {
    expect(await echo(await open(), 'hello')).toBe('hello');
  });

  it('holds back everything without an end while it is a black hole, and delivers it when restored', async () => {
    const socket = await open();
    await echo(socket, 'before');
    let silent = true;
    for (const event of ['data', 'end', 'close']) socket.once(event, () => (silent = false));
    proxy.blackhole({ newConnections: 'work' });
    socket.write('held');
    // A connection opened later, and answered, shows that enough time went by.
    expect(await echo(await open(), 'new')).toBe('new');
    expect(silent).toBe(true);
    const arrived = once(socket, 'data');
    proxy.restore();
    expect(String((await arrived)[0])).toBe('held');
  });

  it('accepts new connections that stay silent while it is a black hole', async () => {
    proxy.blackhole();
    const socket = await open();
    socket.write('held');
    const arrived = once(socket, 'data');
    proxy.restore();
    expect(String((await arrived)[0])).toBe('held');
  });

  it('resets connections when cut, and refuses new ones until restored', async () => {
    const socket = await open();
    await echo(socket, 'before');
    const failed = once(socket, 'error');
    proxy.cut();
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
    const refused = connect(proxy.port, '127.0.0.1');
    expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
    proxy.restore();
    expect(await echo(await open(), 'after')).toBe('after');
  });
});

describe('a free port', () => {
  it('can be listened on', async () => {
    const server = createServer().listen(await freePort(), '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });
});
