import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Point } from '../plan/topology.ts';
import type { Order, PointReached } from './orders.ts';
import { skewDate } from './skewed-date.ts';

/**
 * Obeys the monkey, who speaks over standard input. When that ends the monkey has gone, and this
 * process goes as well.
 *
 * @returns to be called at every labelled point: ends or stops this process there, if it was told to.
 */
export function obeyMonkey(): (point: Point) => void {
  const armed = new Map<Point, number | null>();
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const order = JSON.parse(line) as Order;
    if ('arm' in order) armed.set(order.arm, order.freezeMs ?? null);
    else if ('skewMs' in order) skewDate(order.skewMs);
    else {
      armed.clear();
      skewDate(0);
    }
  });
  lines.on('close', () => process.exit(1));
  return (point) => {
    const freezeMs = armed.get(point);
    if (freezeMs === undefined) return;
    armed.delete(point);
    writeSync(1, `${JSON.stringify({ reached: point, freezeMs } satisfies PointReached)}\n`);
    process.kill(process.pid, freezeMs === null ? 'SIGKILL' : 'SIGSTOP');
  };
}
