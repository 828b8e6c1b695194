import {
  normalizeEmail,
  type EpochMs,
  type ListedAddress,
  type ProviderList,
  type ProviderLists,
} from '@cadenza/domain';
import { z } from 'zod';
import { SendGridApiError } from '../admin/api-error.ts';
import { bounceKind, findReplyCode, findStatusCode } from '../events/bounce-kind.ts';
import { createHttpTransport } from '../transport/http-transport.ts';
import { resolveConnection, type SendGridConnectionOptions } from '../transport/options.ts';

/** The longest page that SendGrid gives. */
const PAGE = 500;
/** A page of the longest addresses and reasons stays well below this. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Addresses of one request; SendGrid says of no limit, and a megabyte is one elsewhere. */
const PUT = 1_000;

const GLOBAL = '/v3/asm/suppressions/global';

const pageSchema = z.array(
  z.object({
    email: z.string(),
    created: z.number(),
    reason: z.string().nullish(),
    status: z.string().nullish(),
  }),
);
/** Of an address that is not on the list nothing is said. */
const globalSchema = z.object({ recipient_email: z.string().optional() });
type Entry = z.infer<typeof pageSchema>[number];

/**
 * The suppression lists of a SendGrid account (`/v3/suppression/…` and `/v3/asm/suppressions/global`).
 * All throw {@link SendGridApiError}; none is repeated. Throws `InvalidInputError` for unusable options.
 */
export function createSendGridLists(options: SendGridConnectionOptions): ProviderLists {
  const transport = createHttpTransport(resolveConnection(options));

  async function call(
    what: string,
    request: {
      readonly method: 'GET' | 'POST' | 'DELETE';
      readonly path: string;
      readonly body?: object;
    },
    otherwise: readonly number[] = [],
  ): Promise<string> {
    const { method, path, body } = request;
    const result = await transport.exchange({
      method,
      path,
      body: body === undefined ? null : JSON.stringify(body),
      deadline: null,
      maxBodyBytes: MAX_BODY_BYTES,
    });
    if (result.kind !== 'answered') throw new SendGridApiError(what, null, result.reason);
    const { status } = result;
    if ((status >= 200 && status < 300) || otherwise.includes(status)) return result.body;
    throw new SendGridApiError(what, status, `HTTP ${status} ${result.body}`);
  }

  async function readPage(list: ProviderList, query: URLSearchParams): Promise<readonly Entry[]> {
    const what = `reading the list of ${list}`;
    const path = `/v3/suppression/${list}?${query.toString()}`;
    const parsed = pageSchema.safeParse(parseJson(await call(what, { method: 'GET', path })));
    if (parsed.success) return parsed.data;
    throw new SendGridApiError(what, 200, 'the answer does not have the documented form');
  }

  return {
    // The end of the span is given, so that what comes onto the list meanwhile moves no page.
    async *entries(list: ProviderList, from: EpochMs, to: EpochMs) {
      const span = {
        start_time: String(Math.max(0, Math.floor(from / 1_000))),
        end_time: String(Math.floor(to / 1_000)),
        limit: String(PAGE),
      };
      for (let offset = 0; ; offset += PAGE) {
        const query = new URLSearchParams({ ...span, offset: String(offset) });
        const page = await readPage(list, query);
        if (page.length > 0) yield page.map((entry) => listed(list, entry));
        if (page.length < PAGE) return;
      }
    },

    async unsubscribe(addresses) {
      for (let from = 0; from < addresses.length; from += PUT) {
        await call('adding global unsubscribes', {
          method: 'POST',
          path: GLOBAL,
          body: { recipient_emails: addresses.slice(from, from + PUT) },
        });
      }
    },

    async isUnsubscribed(address) {
      const what = 'reading a global unsubscribe';
      const body = await call(what, { method: 'GET', path: pathOf(address) });
      const parsed = globalSchema.safeParse(parseJson(body));
      if (parsed.success) return parsed.data.recipient_email !== undefined;
      throw new SendGridApiError(what, 200, 'the answer does not have the documented form');
    },

    async resubscribe(address) {
      const path = pathOf(address);
      await call('removing a global unsubscribe', { method: 'DELETE', path }, [404]);
    },

    close: () => transport.close(),
  };
}

function pathOf(address: string): string {
  return `${GLOBAL}/${encodeURIComponent(normalizeEmail(address))}`;
}

/** The list of bounces holds full mailboxes as well, which are tried again. */
function listed(list: ProviderList, entry: Entry): ListedAddress {
  const [status = null, reason = null] = [entry.status, entry.reason];
  const kind = bounceKind({
    classification: null,
    statusCode: findStatusCode(status, reason),
    replyCode: findReplyCode(status, reason),
  });
  return {
    address: normalizeEmail(entry.email),
    at: entry.created * 1_000,
    final: list !== 'bounces' || kind === 'hard',
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
