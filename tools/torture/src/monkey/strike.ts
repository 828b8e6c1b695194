import { answered } from '@cadenza/client';
import type { FaultSpec } from '@cadenza/sendgrid-emulator';
import { untilItWorks } from '../load/enrolling.ts';
import type { TorturedCampaign } from '../load/campaigns.ts';
import type { Fault } from '../plan/fault.ts';
import type { Link, ProcessName } from '../plan/topology.ts';
import type { Program } from '../world/program.ts';
import type { TcpProxy } from '../world/proxy.ts';
import { RATE, type World } from '../world/world.ts';
import { doubleJobs } from './double-jobs.ts';
import { optOut, type SuppressionWatch } from './opt-outs.ts';

/** Brings faults about. */
export interface Striker {
  /**
   * Does it, and undoes it after its time.
   *
   * @returns whether it struck: a program that does not run at the moment cannot be killed.
   */
  strike(fault: Fault): Promise<boolean>;
}

export function createStriker(
  world: World,
  campaigns: readonly TorturedCampaign[],
  watch: SuppressionWatch,
): Striker {
  /** What is done to a server is done one after the other. */
  const lines = { postgres: Promise.resolve(), redis: Promise.resolve() };

  async function inLine(
    server: keyof typeof lines,
    work: () => Promise<unknown>,
  ): Promise<boolean> {
    const turn = lines[server].then(work);
    lines[server] = turn.then(
      () => undefined,
      () => undefined,
    );
    await turn;
    return true;
  }

  function program(name: ProcessName): Program {
    const found = world.programs.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no program ${name}`);
    return found;
  }

  async function onLink(
    { target, link, ms = 0 }: { target: ProcessName; link: Link; ms?: number },
    act: (proxy: TcpProxy) => void,
  ): Promise<boolean> {
    const proxy = program(target).links[link];
    if (proxy === undefined) return false;
    act(proxy);
    if (ms > 0) {
      await pause(ms);
      proxy.heal();
    }
    return true;
  }

  async function webhookFor(
    ms: number,
    settings: Parameters<World['emulator']['webhook']>[0],
  ): Promise<boolean> {
    await world.emulator.webhook(settings);
    await pause(ms);
    await world.emulator.webhook(USUAL_WEBHOOK);
    return true;
  }

  async function stopped(target: Program, ms: number): Promise<boolean> {
    if (target.pid === undefined) return false;
    target.signal('SIGSTOP');
    await pause(ms);
    target.signal('SIGCONT');
    return true;
  }

  return {
    async strike(fault) {
      switch (fault.kind) {
        case 'kill': {
          const running = program(fault.target).pid !== undefined;
          program(fault.target).signal('SIGKILL');
          return running;
        }
        case 'crash': {
          const running = program(fault.target).pid !== undefined;
          program(fault.target).tell({ arm: fault.point });
          return running;
        }
        case 'freeze': {
          const running = program(fault.target).pid !== undefined;
          program(fault.target).tell({ arm: fault.point, freezeMs: fault.ms });
          return running;
        }
        case 'stop':
          return stopped(program(fault.target), fault.ms);
        case 'skew': {
          const running = program(fault.target).pid !== undefined;
          program(fault.target).tell({ skewMs: fault.offsetMs });
          return running;
        }
        case 'cut':
          return onLink(fault, (proxy) => proxy.cut());
        case 'stall':
          return onLink(fault, (proxy) => proxy.stall());
        case 'half_open':
          return onLink(fault, (proxy) => proxy.swallow());
        case 'redis_flush':
          return inLine('redis', () => world.redis.flush());
        case 'redis_restart':
          return inLine('redis', () => world.redis.restart(fault.keep));
        case 'redis_stop':
          return inLine('redis', async () => {
            world.redis.signal('SIGSTOP');
            await pause(fault.ms);
            world.redis.signal('SIGCONT');
          });
        case 'postgres_restart':
          return inLine('postgres', () => world.postgres.restart(fault.mode));
        case 'provider':
          return world.emulator.faultFor(providerFault(fault), PROVIDER_FAULT_MS);
        case 'provider_reset':
          return world.emulator.faultFor(
            { kind: 'reset_on_connect', times: fault.times },
            PROVIDER_FAULT_MS,
          );
        case 'account_refused': {
          const struck = await world.emulator.faultFor(
            { kind: 'respond', status: 401, times: 1 },
            fault.ms,
          );
          await letTenantsIn(world);
          return struck;
        }
        case 'webhook_copies':
          return webhookFor(fault.ms, {
            duplicates: { probability: 1, maxCopies: fault.copies },
          });
        case 'webhook_delay':
          return webhookFor(fault.ms, {
            disorder: { probability: 1, maxDelayMs: fault.delayMs * RATE, shuffle: true },
          });
        case 'webhook_cut':
          world.webhook.cut();
          return true;
        case 'double_jobs':
          return (await doubleJobs(fault, world)) > 0;
        case 'pause': {
          const campaign = campaigns[fault.campaign % campaigns.length];
          if (campaign === undefined) return false;
          const { api, campaignId } = campaign;
          const one = { params: { path: { id: campaignId } } };
          await untilItWorks(() => answered(api.POST('/v1/campaigns/{id}/pause', one)));
          await pause(fault.ms);
          await untilItWorks(() => answered(api.POST('/v1/campaigns/{id}/resume', one)));
          return true;
        }
        case 'opt_out':
          return (await optOut(fault.people, world, campaigns, watch)) > 0;
      }
    },
  };
}

/** For how long the provider answers wrongly, at most. */
const PROVIDER_FAULT_MS = 5_000;

/** How webhooks travel while nothing in particular is wrong: some doubled, some out of order. */
export const USUAL_WEBHOOK = {
  duplicates: { probability: 0.1, maxCopies: 3 },
  disorder: { probability: 0.1, maxDelayMs: 2_000 * RATE, shuffle: true },
  // A delivery that was cut off comes again within seconds.
  retry: { firstMs: 500 * RATE, maxMs: 5_000 * RATE },
  timeoutMs: 5_000,
};

/** What an operator does after the provider has refused the account: everything goes on. */
export async function letTenantsIn(world: Pick<World, 'sql'>): Promise<void> {
  await world.sql.rows(
    `UPDATE tenants SET status = 'active', pause_reason = NULL WHERE status = 'paused'`,
  );
}

function providerFault(fault: Extract<Fault, { kind: 'provider' }>): FaultSpec {
  const { times } = fault;
  const status = fault.status === 429 ? 503 : fault.status;
  switch (fault.fault) {
    case 'respond':
      return { kind: 'respond', status: fault.status, times };
    case 'accept_then_respond':
      return { kind: 'accept_then_respond', status, times };
    case 'slow':
      return { kind: 'slow', delayMs: fault.delayMs, times };
    case 'accept_then_drop':
    case 'drop_before_accept':
      return { kind: fault.fault, times };
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
