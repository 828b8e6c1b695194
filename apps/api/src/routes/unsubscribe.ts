import { findUnsubscriber, inTenants, type Unsubscriber } from '@cadenza/database';
import { takeBackUnsubscribe, unsubscribe, type UnsubscribeSource } from '@cadenza/engine';
import {
  campaignOfScope,
  UNSUBSCRIBE_PATH,
  verifyUnsubscribeToken,
  type UnsubscribeClaim,
} from '@cadenza/rendering';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { takeAnyType } from '../http/any-type.ts';
import { problemOf } from '../http/errors.ts';
import { HttpProblem } from '../http/problem.ts';
import { languageOf } from '../unsubscribe/language.ts';
import { FIELDS, noticePage, unsubscribePage, type Choice } from '../unsubscribe/page.ts';
import { CONTENT_SECURITY_POLICY } from '../unsubscribe/style.ts';
import { discardRest, readBody } from '../webhooks/read-body.ts';
import { tooSlow } from './webhook-token.ts';

/** Bytes and milliseconds of a body: a form of one field, and what mail programs send is smaller. */
const BODY = { maxBytes: 16_384, timeoutMs: 10_000, take: () => true };
const CHOICES: readonly Choice[] = Object.values(FIELDS).filter((value) => value !== FIELDS.choice);

type UnsubscribeDeps = Pick<
  ApiDeps,
  'db' | 'store' | 'plans' | 'clock' | 'logger' | 'settings' | 'unsubscribeKeys'
>;

/**
 * Where the unsubscribe links of mails lead. To look changes nothing, since scanners look. A POST is
 * the page's own form, or else a mail program's one click (RFC 8058), whatever its body is.
 */
export function registerUnsubscribe(app: FastifyInstance, deps: UnsubscribeDeps): void {
  const { db, store, plans, clock, logger } = deps;
  const options = { store, plans, now: () => clock.now(), graceMs: deps.settings.graceMs };

  // Read by the handler, as what it is: no type and no size of a body is a reason to refuse.
  takeAnyType(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-language': languageOf(request.headers['accept-language']),
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'content-type': 'text/html; charset=utf-8',
      vary: 'accept-language',
      'x-robots-tag': 'noindex',
    });
  });
  app.addHook('onResponse', async ({ raw }) => discardRest(raw));
  app.setErrorHandler((error, request, reply) => {
    const { status } = problemOf(error);
    if (status >= 500) {
      logger.error({ requestId: request.id, err: error }, 'an unsubscribe link was not answered');
    }
    if (status === 503) reply.header('retry-after', '5');
    return notice(request, reply, status, 'trouble');
  });
  // A wildcard, since a token is longer than a parameter may be.
  app.get<Path>(`${UNSUBSCRIBE_PATH}*`, (request, reply) => answer(request, reply, null));
  app.post<Path>(`${UNSUBSCRIBE_PATH}*`, (request, reply) => answer(request, reply, act));

  async function answer(
    request: FastifyRequest<Path>,
    reply: FastifyReply,
    work: ((request: FastifyRequest, claim: UnsubscribeClaim) => Promise<Choice | null>) | null,
  ): Promise<FastifyReply> {
    const verified = verifyUnsubscribeToken(request.params['*'], deps.unsubscribeKeys);
    if (!verified.ok) {
      return notice(request, reply, verified.reason === 'malformed' ? 400 : 403, 'broken');
    }
    const { claim } = verified;
    const done = work === null ? null : await work(request, claim);
    const person = await personOf(claim);
    if (person === null) return notice(request, reply, 404, 'unknown');
    return reply.send(unsubscribePage(languageFor(request), person, done));
  }

  function personOf({
    tenantId,
    contactId,
    scope,
  }: UnsubscribeClaim): Promise<Unsubscriber | null> {
    const campaignId = campaignOfScope(scope);
    return inTenants(db, [tenantId], (trx) =>
      findUnsubscriber(trx, { tenantId, contactId, campaignId }),
    );
  }

  async function act(
    request: FastifyRequest,
    { tenantId, contactId, scope }: UnsubscribeClaim,
  ): Promise<Choice | null> {
    const { choice, source } = await asked(request);
    const campaignId = campaignOfScope(scope);
    const everything = { tenantId, contactId, campaignId, scope: 'all' } as const;
    const campaign =
      campaignId === null
        ? null
        : ({ tenantId, contactId, campaignId, scope: 'campaign' } as const);
    switch (choice) {
      case 'back-to-all':
        await takeBackUnsubscribe(everything, options);
        return choice;
      case 'back-to-campaign':
        if (campaign === null) return null;
        await takeBackUnsubscribe(campaign, options);
        return choice;
      case 'leave-campaign':
        await unsubscribe({ ...(campaign ?? everything), source }, options);
        return campaign === null ? 'leave-all' : choice;
      case 'leave-all':
        await unsubscribe({ ...everything, source }, options);
        return choice;
    }
  }

  function notice(
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    what: Parameters<typeof noticePage>[1],
  ): FastifyReply {
    return reply.code(status).send(noticePage(languageFor(request), what));
  }
}

interface Path {
  Params: { '*': string };
}

function languageFor(request: FastifyRequest) {
  return languageOf(request.headers['accept-language']);
}

/** What a POST asks for. Mail programs leave everything, as their button says. */
async function asked(
  request: FastifyRequest,
): Promise<{ readonly choice: Choice; readonly source: UnsubscribeSource }> {
  const read = await readBody(request.raw, BODY);
  if (!read.ok && read.flaw === 'too_slow') throw tooSlow();
  if (!read.ok && read.flaw === 'cut_off') {
    throw new HttpProblem('invalid-request', 'The body was cut off.');
  }
  const form = new URLSearchParams(read.ok ? read.body.toString() : '');
  const choice = CHOICES.find((one) => one === form.get(FIELDS.choice));
  if (choice === undefined || form.has('List-Unsubscribe')) {
    return { choice: FIELDS.leaveAll, source: 'one_click' };
  }
  return { choice, source: 'link' };
}
