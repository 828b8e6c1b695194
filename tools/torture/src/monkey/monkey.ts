import type { FaultKind, PlannedFault } from '../plan/fault.ts';
import type { World } from '../world/world.ts';
import { letTenantsIn, USUAL_WEBHOOK, type Striker } from './strike.ts';

/** What became of the plan of faults. */
export interface StrikeCounts {
  readonly planned: number;
  /** By kind; a crash counts when its point is armed. */
  readonly struck: Readonly<Partial<Record<FaultKind, number>>>;
  /** Could not be brought about: the program did not run, the server was just being restarted. */
  readonly missed: number;
}

/**
 * Lets each fault of the plan strike at its time. Faults overlap as the plan has it.
 *
 * @param onStruck hears of each one when it is over, and of the error that kept it from striking.
 */
export async function unleash(
  plan: readonly PlannedFault[],
  striker: Striker,
  onStruck: (one: PlannedFault, result: 'struck' | 'missed' | Error) => void,
): Promise<StrikeCounts> {
  const begun = performance.now();
  const struck: Partial<Record<FaultKind, number>> = {};
  const underWay: Promise<void>[] = [];
  let missed = 0;
  for (const one of plan) {
    const { atMs, fault } = one;
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, begun + atMs - performance.now())),
    );
    underWay.push(
      striker.strike(fault).then(
        (hit) => {
          if (hit) struck[fault.kind] = (struck[fault.kind] ?? 0) + 1;
          else missed += 1;
          onStruck(one, hit ? 'struck' : 'missed');
        },
        (error: unknown) => {
          missed += 1;
          onStruck(one, error instanceof Error ? error : new Error(String(error)));
        },
      ),
    );
  }
  await Promise.all(underWay);
  return { planned: plan.length, struck, missed };
}

/** Lets every process go on that is stopped: one that is not would outlive the run. */
export function wake(world: World): void {
  world.redis.signal('SIGCONT');
  for (const program of world.programs) program.signal('SIGCONT');
}

/** Takes back whatever may still be wrong. */
export async function rest(world: World): Promise<void> {
  wake(world);
  for (const program of world.programs) {
    program.tell({ rest: true });
    for (const proxy of Object.values(program.links)) proxy.heal();
  }
  world.webhook.heal();
  await world.emulator.clearFaults();
  await world.emulator.webhook(USUAL_WEBHOOK);
  await letTenantsIn(world);
}
