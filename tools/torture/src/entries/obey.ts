import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Point } from '../plan/topology.ts';
import type { Crashed, Order } from './orders.ts';
import { skewDate } from './skewed-date.ts';

/**
 * Obeys the monkey, who speaks over standard input. When that ends the monkey has gone, and this
 * process goes as well.
 *
 * @returns to be called at every labelled point: ends this process there, if it was told to.
 */
export function obeyMonkey(): (point: Point) => void {
  const armed = new Set<Point>();
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const order = JSON.parse(line) as Order;
    if ('arm' in order) armed.add(order.arm);
    else if ('skewMs' in order) skewDate(order.skewMs);
    else {
      armed.clear();
      skewDate(0);
    }
  });
  lines.on('close', () => process.exit(1));
  return (point) => {
    if (!armed.has(point)) return;
    writeSync(1, `${JSON.stringify({ crashed: point } satisfies Crashed)}\n`);
    process.kill(process.pid, 'SIGKILL');
  };
}
