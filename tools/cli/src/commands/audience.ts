import {
  answered,
  createCadenzaClient,
  type CadenzaClient,
  type components,
} from '@cadenza/client';
import { loadApiAccess } from '@cadenza/config';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { idValue } from '../option-values.ts';
import type { StartProgress } from '../progress.ts';
import { table, type Answer, type Answering, type Terminal } from '../terminal.ts';

type Audience = components['schemas']['Audience'];
type Filter = Audience['filter'];

interface WithFilter {
  readonly filter: string;
}
interface MayWait {
  readonly wait?: true;
}

/** Real milliseconds between two looks at how far an audience is. */
const LOOK_MS = 500;
/** Audiences that are listed at once, the newest first. */
const LISTED = 200;
const FILTER = [
  '--filter <file>',
  'whom is meant: a condition of docs/audiences.md, in JSON; - is standard input',
] as const;
const WAIT = ['--wait', 'stay until everybody was come to, and show how far it is'] as const;

export function audienceCommands(program: Command, terminal: Terminal, answering: Answering): void {
  const audience = program
    .command('audience')
    .description('everybody whom a filter means, by the API of CADENZA_URL and CADENZA_API_KEY');
  const client = () => {
    const { url, apiKey } = loadApiAccess(terminal.env);
    return createCadenzaClient({ baseUrl: url, apiKey: apiKey.reveal() });
  };
  const ofCampaign = (name: string) =>
    audience.command(name).argument('<campaign>', 'its id', idValue('a campaign'));
  const ofAudience = (name: string) =>
    audience.command(name).argument('<audience>', 'its id', idValue('an audience'));

  answering<WithFilter>(
    ofCampaign('preview')
      .description('count whom a filter means, and look at some as enrolment would')
      .requiredOption(...FILTER),
    async ({ filter }, [campaign = '']) => {
      const preview = await previewOf(client(), campaign, await readFilter(filter, terminal));
      const { matching, checked, enrollable, refused } = preview;
      return {
        data: preview,
        text: [
          `${matching} match`,
          `of ${checked} looked at, ${enrollable} can be enrolled${refusals(refused)}`,
        ].join('\n'),
      };
    },
  );

  answering<WithFilter & MayWait>(
    ofCampaign('enrol')
      .description('enrol everybody whom a filter means in a campaign, in the background')
      .requiredOption(...FILTER)
      .option(...WAIT),
    async ({ filter: file, wait }, [campaign = ''], { progress }) => {
      const api = client();
      const filter = await readFilter(file, terminal);
      const asked = await answered(
        api.POST('/v1/campaigns/{id}/audiences', {
          params: { path: { id: campaign } },
          body: { filter },
        }),
      );
      if (wait !== true) return answerOf(asked);
      // Said at once: whoever leaves meanwhile finds it again by its id.
      terminal.err(`audience ${asked.id}\n`);
      return answerOf(await untilDone(api, asked, progress));
    },
  );

  answering<object>(
    ofCampaign('list').description('list the audiences of a campaign, the newest first'),
    async (_options, [campaign = '']) => {
      const { items } = await answered(
        client().GET('/v1/campaigns/{id}/audiences', {
          params: { path: { id: campaign }, query: { limit: LISTED } },
        }),
      );
      return {
        data: { audiences: items },
        text: table(
          ['id', 'status', 'enrolled', 'refused', 'asked for'],
          items.map((one) => [
            one.id,
            one.status,
            String(one.enrolled),
            String(sumOf(one.refused)),
            one.createdAt,
          ]),
        ),
      };
    },
  );

  answering<MayWait>(
    ofAudience('status')
      .description('say how far an audience has been enrolled')
      .option(...WAIT),
    async ({ wait }, [id = ''], { progress }) => {
      const api = client();
      const now = await read(api, id);
      return answerOf(wait === true ? await untilDone(api, now, progress) : now);
    },
  );

  answering<object>(
    ofAudience('cancel').description('enrol nobody more of an audience; who is enrolled stays so'),
    async (_options, [id = '']) =>
      answerOf(
        await answered(client().POST('/v1/audiences/{id}/cancel', { params: { path: { id } } })),
      ),
  );
}

function read(api: CadenzaClient, id: string): Promise<Audience> {
  return answered(api.GET('/v1/audiences/{id}', { params: { path: { id } } }));
}

function previewOf(api: CadenzaClient, campaign: string, filter: Filter) {
  return answered(
    api.POST('/v1/campaigns/{id}/audiences/preview', {
      params: { path: { id: campaign } },
      body: { filter },
    }),
  );
}

/** @throws Error where it is no JSON; what it says is for the API to judge. */
async function readFilter(file: string, { stdin }: Terminal): Promise<Filter> {
  const json = file === '-' ? await text(stdin) : await readFile(file, 'utf8');
  try {
    return JSON.parse(json) as Filter;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`--filter ${file}: expected a condition in JSON: ${why}`, { cause: error });
  }
}

/** Looks until nothing more will be done; what fails is tried again by itself, and waited for. */
async function untilDone(
  api: CadenzaClient,
  first: Audience,
  start: StartProgress,
): Promise<Audience> {
  // Who matches may change meanwhile, and a count may be refused: it is for the eye alone.
  const progress = await start('contacts', () =>
    previewOf(api, first.campaignId, first.filter).then(
      ({ matching }) => matching,
      () => null,
    ),
  );
  let shown = 0;
  for (let now = first; ; now = await read(api, first.id)) {
    const reached = now.enrolled + sumOf(now.refused);
    progress.advance(reached - shown);
    shown = reached;
    if (now.status === 'done' || now.status === 'canceled') return now;
    await delay(LOOK_MS);
  }
}

function answerOf(audience: Audience): Answer {
  const { id, status, enrolled, refused, error } = audience;
  return {
    data: audience,
    text: `${id}: ${status}, ${enrolled} enrolled${refusals(refused)}`,
    notes: error === null ? [] : [`it could not go on, and is tried again: ${error}`],
  };
}

function refusals(refused: Readonly<Record<string, number>>): string {
  const parts = Object.entries(refused).map(([reason, count]) => `${count} ${reason}`);
  return parts.length === 0 ? '' : `, refused: ${parts.join(', ')}`;
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
