import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startProxy, type TcpProxy } from '../src/world/proxy.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Answers every line with itself, after its own name. */
async function echo(name: string): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => socket.write(`${name} ${data.toString()}`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return { server, port: (server.address() as AddressInfo).port };
}

async function proxyTo(...ports: [number, ...number[]]): Promise<TcpProxy> {
  const [first, ...others] = ports.map((port) => ({ host: '127.0.0.1', port }));
  if (first === undefined) throw new Error('no port');
  const proxy = await startProxy([first, ...others]);
  open.push(proxy);
  return proxy;
}

async function client(proxy: TcpProxy): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  socket.setEncoding('utf8').on('error', () => undefined);
  await once(socket, 'connect');
  open.push({ close: () => socket.destroy() });
  return socket;
}

async function ask(socket: Socket, words: string): Promise<string> {
  socket.write(words);
  const [answer] = (await once(socket, 'data')) as [string];
  return answer;
}

/** A reset is an error first, for which `once` would reject. */
function hasClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** What was written on this machine before has come to where it goes by the end of this. */
async function roundTrip(): Promise<void> {
  const proxy = await proxyTo((await echo('other')).port);
  await ask(await client(proxy), 'x');
}

describe('a proxy', () => {
  it('takes its targets in turns, and passes over one that refuses', async () => {
    const one = await echo('one');
    const two = await echo('two');
    const gone = await echo('gone');
    gone.server.close();
    await once(gone.server, 'close');
    const proxy = await proxyTo(one.port, gone.port, two.port);
    expect(await ask(await client(proxy), 'a')).toBe('one a');
    expect(await ask(await client(proxy), 'b')).toBe('two b');
    expect(await ask(await client(proxy), 'c')).toBe('one c');
  });

  it('cuts what is connected, and lets new connections through', async () => {
    const proxy = await proxyTo((await echo('one')).port);
    const socket = await client(proxy);
    await ask(socket, 'a');
    proxy.cut();
    await hasClosed(socket);
    expect(await ask(await client(proxy), 'b')).toBe('one b');
  });

  it('lets nothing pass while it stalls, and all of it, late, afterwards', async () => {
    const proxy = await proxyTo((await echo('one')).port);
    const socket = await client(proxy);
    await ask(socket, 'a');
    proxy.stall();
    const heard: string[] = [];
    socket.on('data', (data: string) => heard.push(data));
    socket.write('b');
    const newcomer = await client(proxy);
    newcomer.write('c');
    await roundTrip();
    expect(heard).toEqual([]);
    const late = [once(socket, 'data'), once(newcomer, 'data')];
    proxy.heal();
    expect(await Promise.all(late)).toEqual([['one b'], ['one c']]);
  });

  it('swallows what is sent until it is healed, and then resets the connection', async () => {
    const proxy = await proxyTo((await echo('one')).port);
    const socket = await client(proxy);
    await ask(socket, 'a');
    proxy.swallow();
    const heard: string[] = [];
    socket.on('data', (data: string) => heard.push(data));
    socket.write('b');
    await roundTrip();
    proxy.stall();
    proxy.heal();
    await hasClosed(socket);
    expect(heard).toEqual([]);
    expect(await ask(await client(proxy), 'c')).toBe('one c');
  });
});
