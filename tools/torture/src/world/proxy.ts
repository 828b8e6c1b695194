import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Where connections are led to. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** A TCP proxy that can do to connections what networks do. */
export interface TcpProxy {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Resets every connection; new ones are let through. */
  cut(): void;
  /** Lets nothing pass, in either direction, until `heal`; then all of it passes. */
  stall(): void;
  /** Swallows what is sent, unnoticed by either side, until `heal` resets these connections. */
  swallow(): void;
  /** Lets everything pass again. */
  heal(): void;
  close(): Promise<void>;
}

type Mode = 'open' | 'stalled' | 'swallowing';

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Has lost what was sent: it can only be reset. */
  spoilt: boolean;
}

/**
 * @param targets are taken in turns; one that refuses is passed over for the next.
 */
export async function startProxy(targets: readonly [Target, ...Target[]]): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  /** Connections that arrived while nothing passed. */
  const waiting = new Set<Socket>();
  let mode: Mode = 'open';
  let turn = 0;

  function admit(client: Socket): void {
    client.on('error', () => undefined);
    if (mode === 'open') {
      lead(client, targets.length);
      return;
    }
    client.pause();
    waiting.add(client);
    client.once('close', () => waiting.delete(client));
  }

  function lead(client: Socket, tries: number): void {
    const target = targets[turn++ % targets.length] ?? targets[0];
    const upstream = connect({ ...target, noDelay: true });
    const refused = (): void => {
      if (tries > 1 && !client.destroyed) lead(client, tries - 1);
      else client.resetAndDestroy();
    };
    upstream.once('error', refused);
    upstream.once('connect', () => {
      upstream.off('error', refused);
      upstream.on('error', () => undefined);
      join({ client, upstream, spoilt: false });
    });
  }

  function join(pair: Pair): void {
    const { client, upstream } = pair;
    pairs.add(pair);
    client.setNoDelay(true);
    forward(pair, client, upstream);
    forward(pair, upstream, client);
    const gone = (): void => {
      // Where data is swallowed, the end of one side is not seen by the other either.
      if (mode === 'swallowing') return;
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    client.once('close', gone);
    upstream.once('close', gone);
    if (client.destroyed) gone();
    if (mode === 'stalled') hold(pair);
    // What a client sent while it waited is read now that somebody listens.
    else client.resume();
  }

  function forward(pair: Pair, from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      if (mode === 'swallowing' || pair.spoilt) {
        pair.spoilt = true;
      } else if (!to.write(chunk)) {
        from.pause();
      }
    });
    to.on('drain', () => {
      if (mode !== 'stalled') from.resume();
    });
    from.on('end', () => {
      if (mode !== 'swallowing') to.end();
    });
  }

  function hold({ client, upstream }: Pair): void {
    client.pause();
    upstream.pause();
  }

  function reset(pair: Pair): void {
    pairs.delete(pair);
    pair.client.resetAndDestroy();
    pair.upstream.resetAndDestroy();
  }

  const server = createServer({ allowHalfOpen: true }, admit);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });

  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    cut() {
      [...pairs].forEach(reset);
    },
    stall() {
      mode = 'stalled';
      pairs.forEach(hold);
    },
    swallow() {
      mode = 'swallowing';
    },
    heal() {
      const was = mode;
      mode = 'open';
      for (const pair of [...pairs]) {
        // What an earlier swallowing has left behind is reset as well.
        const broken = pair.spoilt || pair.client.destroyed || pair.upstream.destroyed;
        if (was === 'swallowing' || broken) reset(pair);
        else {
          pair.client.resume();
          pair.upstream.resume();
        }
      }
      for (const client of [...waiting]) {
        waiting.delete(client);
        if (was === 'swallowing') client.resetAndDestroy();
        else lead(client, targets.length);
      }
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      mode = 'open';
      proxy.cut();
      for (const client of waiting) client.destroy();
      await closed;
    },
  };
  return proxy;
}
