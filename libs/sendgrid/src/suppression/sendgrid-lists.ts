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

  async function readPage(
    list: ProviderList,
    { start, end }: { readonly start: number; readonly end: number },
    offset: number,
  ): Promise<readonly Entry[]> {
    const what = `reading the list of ${list}`;
    const query = new URLSearchParams({
      start_time: String(start),
      end_time: String(end),
      limit: String(PAGE),
      offset: String(offset),
    });
    const path = `/v3/suppression/${list}?${query.toString()}`;
    const parsed = pageSchema.safeParse(parseJson(await call(what, { method: 'GET', path })));
    if (parsed.success) return parsed.data;
    throw new SendGridApiError(what, 200, 'the answer does not have the documented form');
  }

  /**
   * All that came onto a list in one second that holds more than a page. What leaves it while it is read
   * moves the rest to pages that were read before, so it is read until nothing has changed meanwhile.
   */
  async function readSecond(list: ProviderList, second: number): Promise<readonly Entry[]> {
    const span = { start: second, end: second };
    const found = new Map<string, Entry>();
    for (let before = { known: -1, read: -1 }; ;) {
      let read = 0;
      for (let page: readonly Entry[] | null = null; page === null || page.length === PAGE;) {
        page = await readPage(list, span, read);
        for (const entry of page) found.set(entry.email, entry);
        read += page.length;
      }
      if (found.size === before.known && read === before.read) return [...found.values()];
      before = { known: found.size, read };
    }
  }

  return {
    async *entries(list: ProviderList, from: EpochMs, to: EpochMs) {
      // One page of a span that holds no more is all of it, whatever leaves the list meanwhile; a span
      // that holds more is read in halves. The rest is on its way from the earliest to the latest.
      const spans = [{ start: Math.max(0, Math.floor(from / 1_000)), end: Math.floor(to / 1_000) }];
      for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
        const { start, end } = span;
        const page = await readPage(list, span, 0);
        if (page.length < PAGE) {
          if (page.length > 0) yield page.map((entry) => listed(list, entry));
        } else if (start < end) {
          const middle = Math.floor((start + end) / 2);
          spans.push({ start: middle + 1, end }, { start, end: middle });
        } else {
          const crowd = await readSecond(list, start);
          for (let at = 0; at < crowd.length; at += PAGE) {
            yield crowd.slice(at, at + PAGE).map((entry) => listed(list, entry));
          }
        }
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

    async remove(list, address) {
      const path = `/v3/suppression/${list}/${encodeURIComponent(normalizeEmail(address))}`;
      await call(`removing an address from the list of ${list}`, { method: 'DELETE', path }, [404]);
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
