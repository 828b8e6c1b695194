import { CadenzaApiError, type ProblemDocument } from '@cadenza/client';
import { loadApiAccess, type ApiAccess } from '@cadenza/config';
import type { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { idValue, textValue } from '../option-values.ts';
import { createStreamReader, type StreamedEvent, type StreamReader } from '../sse.ts';
import type { Answering, Terminal } from '../terminal.ts';

interface WatchOptions {
  readonly types?: string;
  readonly campaign?: string;
  readonly since?: string;
  readonly json?: true;
}

/** Milliseconds to the next try where the stream has not said, and at most. */
const RETRY = { firstMs: 1_000, longestMs: 30_000 };

export function watchCommand(program: Command, terminal: Terminal, answering: Answering): void {
  answering<WatchOptions>(
    program
      .command('watch')
      .description(
        'print what happens to a tenant as it happens, by the API of CADENZA_URL and CADENZA_API_KEY',
      )
      .option('--types <types>', 'of these types alone, after commas', textValue(1_000))
      .option('--campaign <id>', 'what concerns this campaign alone', idValue('a campaign'))
      .option('--since <sequence>', 'what happened after this place, too', textValue(20)),
    async (options) => {
      const access = loadApiAccess(terminal.env);
      const reader = createStreamReader();
      const print = options.json === true ? jsonLine : line;
      let wasOpen = false;
      for (let failures = 0; ; failures += 1) {
        try {
          for await (const event of connect(access, options, reader)) {
            wasOpen = true;
            failures = 0;
            if (event.type === 'end') throw new EndedError();
            if (event.type === 'reset') {
              terminal.err('some of what happened is not kept any more: read the state anew\n');
            }
            if (event.type !== 'ready') terminal.out(`${print(event)}\n`);
          }
        } catch (error) {
          if (!wasOpen || error instanceof EndedError || isRefused(error)) throw error;
        }
        // Longer from time to time where nothing answers, and where it does as it asks.
        const ms = Math.min(
          (reader.retryMs ?? RETRY.firstMs) * 2 ** Math.min(failures, 10),
          RETRY.longestMs,
        );
        await delay(ms);
      }
    },
  );
}

class EndedError extends Error {
  constructor() {
    super('the API key has ended');
    this.name = 'EndedError';
  }
}

/** Whether asking again would be answered the same. */
function isRefused(error: unknown): boolean {
  return error instanceof CadenzaApiError && error.status < 500 && error.status !== 429;
}

/** @throws CadenzaApiError for any answer that is no stream, Error where none comes or it breaks. */
async function* connect(
  access: ApiAccess,
  { types, campaign, since }: WatchOptions,
  reader: StreamReader,
): AsyncGenerator<StreamedEvent> {
  const query = new URLSearchParams({
    ...(types !== undefined && { types }),
    ...(campaign !== undefined && { campaignId: campaign }),
  });
  const after = reader.lastId ?? since;
  const response = await fetch(`${access.url}/v1/stream?${query.toString()}`, {
    headers: {
      authorization: `Bearer ${access.apiKey.reveal()}`,
      ...(after !== undefined && { 'last-event-id': after }),
    },
  }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`CADENZA_URL: ${access.url} gave no answer: ${String(cause)}`, {
      cause: error,
    });
  });
  if (!response.ok) {
    const problem = (await response.json().catch(() => null)) as ProblemDocument | null;
    throw new CadenzaApiError(response.status, problem);
  }
  const text = response.body?.pipeThrough(new TextDecoderStream()) ?? [];
  for await (const part of text) yield* reader.take(part);
}

interface Told {
  readonly timestamp?: string;
  readonly data?: unknown;
}

/** With its place, from which `--since` goes on. */
function jsonLine({ id, type, data }: StreamedEvent): string {
  return JSON.stringify({ sequence: Number(id), type, ...(JSON.parse(data) as object) });
}

function line({ type, data }: StreamedEvent): string {
  const { timestamp = '', data: about } = JSON.parse(data) as Told;
  const facts = Object.entries((about ?? {}) as Readonly<Record<string, unknown>>)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [timestamp, type.padEnd(20), ...facts].join('  ').trim();
}
