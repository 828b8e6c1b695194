import type { HandOffDeadline } from '@cadenza/domain';
import { Client } from '@sendgrid/client';
import type { ExchangeResult } from '../transport/exchange.ts';
import type { HttpTransport } from '../transport/http-transport.ts';

type ClientRequest = Parameters<Client['request']>[0];
type ClientResponse = Awaited<ReturnType<Client['request']>>[0];

/** Answers of SendGrid are short; more than this is no answer of SendGrid's. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** No answer came, or nothing was asked. */
export class UnansweredError extends Error {
  readonly result: Exclude<ExchangeResult, { kind: 'answered' }>;

  constructor(result: Exclude<ExchangeResult, { kind: 'answered' }>) {
    super(result.reason);
    this.name = 'UnansweredError';
    this.result = result;
  }
}

/**
 * Carries one message of the vendor's `MailService` over our transport, under one deadline. Unlike
 * the vendor's own client it resolves for every answer, error statuses too, and takes nothing but
 * path and body from the service: that passes the mail's own headers as headers of the request.
 */
export class HandOffClient extends Client {
  readonly #transport: HttpTransport;
  readonly #deadline: HandOffDeadline;

  constructor(transport: HttpTransport, deadline: HandOffDeadline) {
    super();
    this.#transport = transport;
    this.#deadline = deadline;
  }

  override async request(data: ClientRequest): Promise<[ClientResponse, object]> {
    const result = await this.#transport.exchange({
      method: 'POST',
      path: data.url,
      body: JSON.stringify(data.body),
      deadline: this.#deadline,
      maxBodyBytes: MAX_ANSWER_BYTES,
    });
    if (result.kind !== 'answered') throw new UnansweredError(result);
    const body = parseObject(result.body);
    return [{ statusCode: result.status, headers: result.headers, body }, body];
  }
}

function parseObject(text: string): object {
  // An acceptance has no body, and an error thrown for each of them is dear.
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
