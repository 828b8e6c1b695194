import { residentMiB } from '../measure/cpu.ts';
import { median } from '../measure/figures.ts';
import { allSent, startCampaigns, type Pipeline } from './pipeline.ts';
import type { Servers } from './servers.ts';

export interface MemoryReading {
  readonly messages: number;
  readonly seconds: number;
  /** Resident MiB of the send-worker at each tenth of the way, the median of some samples. */
  readonly tenthsMiB: readonly number[];
  readonly mostMiB: number;
}

const SAMPLE_MS = 250;

/** Sends so many messages in one go, and watches the memory of the send-worker. */
export async function measureMemory(
  pipeline: Pipeline,
  servers: Servers,
  messages: number,
): Promise<MemoryReading> {
  const apps = await pipeline.start(['send-worker', 'event-worker']);
  try {
    const campaigns = await pipeline.audience.enrol(messages);
    const target = (await servers.accepted()) + messages;
    const samples: { readonly done: number; readonly miB: number }[] = [];
    let sampling = true;
    const sampled = (async () => {
      while (sampling) {
        const done = messages - (target - (await servers.accepted()));
        samples.push({ done, miB: await residentMiB(apps.pid('send-worker')) });
        await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
      }
    })();
    const begun = await startCampaigns(pipeline.db, campaigns);
    const seconds = ((await allSent(pipeline, servers, campaigns, target)) - begun) / 1_000;
    sampling = false;
    await sampled;
    const tenthsMiB = Array.from({ length: 10 }, (_, tenth) =>
      median(
        samples
          .filter(({ done }) => Math.min(9, Math.floor((10 * done) / messages)) === tenth)
          .map(({ miB }) => miB),
      ),
    );
    return { messages, seconds, tenthsMiB, mostMiB: Math.max(...samples.map(({ miB }) => miB)) };
  } finally {
    await apps.stop();
  }
}
