import { allSent, startCampaigns, type Pipeline } from './pipeline.ts';
import type { Servers } from './servers.ts';
import type { Side } from './side.ts';

/** The pipeline: one send-worker and one event-worker, as they are. */
export function pipelineSide(
  name: 'pipeline-redis' | 'pipeline-postgres',
  servers: Servers,
  pipeline: Pipeline,
): Side {
  return {
    name,
    timed:
      'enrolled people become due at once (their campaigns are started): dispatch, slots, queue, ' +
      'gates, rendering, hand-off, record with the next step, to the commit of the last `sent`',
    async open() {
      const apps = await pipeline.start(['send-worker', 'event-worker']);
      let campaigns: readonly string[] = [];
      let prepared = 0;
      return {
        processes: {
          'send-worker': apps.pid('send-worker'),
          'event-worker': apps.pid('event-worker'),
        },
        async prepare(count) {
          campaigns = await pipeline.audience.enrol(count);
          prepared = count;
        },
        async run() {
          const target = (await servers.accepted()) + prepared;
          const begun = await startCampaigns(pipeline.db, campaigns);
          return ((await allSent(pipeline, servers, campaigns, target)) - begun) / 1_000;
        },
        close: () => apps.stop(),
      };
    },
  };
}
