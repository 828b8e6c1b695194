import { WEBHOOK_TOKEN_PATH } from './routes/webhook-token.ts';
import { INBOUND_PATH } from './routes/inbound.ts';
import { SMS_WEBHOOK_PATH, WEBHOOK_PATH } from './routes/webhooks.ts';

type Json = Record<string, unknown>;

/** To what is no request of this path, or of none: its headers are too large, say. */
const REFUSED = { $ref: '#/components/responses/Problem' };

/** Paths of the webhooks, which no API key opens. */
export function webhookPaths(options: {
  /** Whether a token is asked for besides the signature, and there is a route that gives it. */
  readonly tokens: boolean;
  readonly problem: (description: string) => Json;
}): Record<string, Json> {
  return {
    [WEBHOOK_PATH]: {
      post: eventsOperation(options, {
        operationId: 'receiveSendGridEvents',
        summary: 'Takes SendGrid’s signed event webhook',
      }),
    },
    [`${WEBHOOK_PATH}/{tenantId}`]: {
      post: eventsOperation(options, {
        operationId: 'receiveSendGridEventsOfTenant',
        summary: 'Takes the signed event webhook of a tenant’s own SendGrid account',
        parameters: [{ name: 'tenantId', in: 'path', required: true, schema: { type: 'string' } }],
      }),
    },
    [SMS_WEBHOOK_PATH]: {
      post: eventsOperation(
        { ...options, tokens: false },
        {
          operationId: 'receiveSmsEvents',
          summary:
            'Takes the signed webhook of the provider of text messages: delivery reports, and messages that come in',
        },
      ),
    },
    [INBOUND_PATH]: {
      post: inboundOperation(options, {
        operationId: 'receiveSendGridInbound',
        summary: 'Takes SendGrid’s Inbound Parse, parsed or raw',
        parameters: [tokenParameter],
      }),
    },
    [`${INBOUND_PATH}/{tenantId}`]: {
      post: inboundOperation(options, {
        operationId: 'receiveSendGridInboundOfTenant',
        summary: 'Takes the Inbound Parse of a tenant’s own SendGrid account',
        parameters: [
          { name: 'tenantId', in: 'path', required: true, schema: { type: 'string' } },
          tokenParameter,
        ],
      }),
    },
    ...(options.tokens ? { [WEBHOOK_TOKEN_PATH]: { post: tokenOperation } } : {}),
  };
}

function eventsOperation(
  { tokens, problem }: Parameters<typeof webhookPaths>[0],
  facts: Json,
): Json {
  return {
    ...facts,
    tags: ['Webhooks'],
    security: [],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { type: 'array', items: { type: 'object' } } } },
    },
    responses: {
      '204': { description: 'The delivery is stored.' },
      ...(tokens ? { '401': problem('The access token is missing, wrong or expired.') } : {}),
      '403': problem('The signature is missing or wrong.'),
      '408': problem('The body did not come in time.'),
      '413': problem('The body is too large.'),
      '503': problem('The delivery could not be stored; the provider tries again.'),
      default: REFUSED,
    },
  };
}

const tokenParameter = {
  name: 'token',
  in: 'query',
  required: false,
  description: 'The secret of the address, where one is set.',
  schema: { type: 'string' },
};

/** Nothing that may be genuine mail is refused for good: it would be lost. */
function inboundOperation({ problem }: Parameters<typeof webhookPaths>[0], facts: Json): Json {
  return {
    ...facts,
    tags: ['Webhooks'],
    security: [],
    requestBody: {
      required: true,
      content: { 'multipart/form-data': { schema: { type: 'object' } } },
    },
    responses: {
      '204': { description: 'The mail is stored.' },
      '503': problem('The mail could not be stored; SendGrid tries again.'),
      default: REFUSED,
    },
  };
}

const tokenError = (description: string): Json => ({
  description,
  content: {
    'application/json': {
      schema: {
        type: 'object',
        properties: { error: { type: 'string' }, error_description: { type: 'string' } },
        required: ['error'],
      },
    },
  },
});

const tokenOperation = {
  operationId: 'issueWebhookToken',
  tags: ['Webhooks'],
  summary: 'Gives SendGrid a token for its event webhooks, by client credentials (RFC 6749 §4.4)',
  security: [],
  requestBody: {
    required: true,
    content: {
      'application/x-www-form-urlencoded': {
        schema: {
          type: 'object',
          properties: {
            grant_type: { const: 'client_credentials' },
            client_id: { type: 'string' },
            client_secret: { type: 'string' },
          },
          required: ['grant_type'],
        },
      },
    },
  },
  responses: {
    '200': {
      description: 'A token.',
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: {
              access_token: { type: 'string' },
              token_type: { const: 'Bearer' },
              expires_in: { type: 'integer', description: 'Seconds.' },
            },
            required: ['access_token', 'token_type', 'expires_in'],
          },
        },
      },
    },
    '400': tokenError('The request is not as it must be (RFC 6749 §5.2).'),
    '401': tokenError('The client is not known.'),
  },
};
