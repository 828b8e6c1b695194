import { UNSUBSCRIBE_PATH } from '@cadenza/rendering';
import { FIELDS } from './unsubscribe/page.ts';

type Json = Record<string, unknown>;

const page = (description: string): Json => ({
  description,
  content: { 'text/html': { schema: { type: 'string' } } },
});

const answers = {
  '200': page('The page, in the language that Accept-Language asks for.'),
  '400': {
    description: 'The link is incomplete: nothing was changed.',
    // What is no path at all is refused before it comes to the page.
    content: {
      'text/html': { schema: { type: 'string' } },
      'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDocument' } },
    },
  },
  '403': page('The link was not signed here: nothing was changed.'),
  '404': page('The tenant or the contact is not there any more: there was nothing to change.'),
  '503': page('Nothing was changed; to be tried again.'),
  default: { $ref: '#/components/responses/Problem' },
};

const facts = {
  tags: ['Unsubscribing'],
  security: [],
  parameters: [{ name: 'token', in: 'path', required: true, schema: { type: 'string' } }],
};

/** Path of the unsubscribe links in mails, whose token is all that opens it. */
export const unsubscribePaths: Record<string, Json> = {
  [`${UNSUBSCRIBE_PATH}{token}`]: {
    get: {
      ...facts,
      operationId: 'showUnsubscribePage',
      summary: 'Shows what an unsubscribe link can do, and changes nothing',
      responses: answers,
    },
    post: {
      ...facts,
      operationId: 'unsubscribe',
      summary: 'Unsubscribes by one click (RFC 8058), or does what the page’s form says',
      description:
        'Whatever body has no choice of the page’s is a mail program’s one click, and leaves everything of the tenant.',
      requestBody: {
        required: false,
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              properties: {
                'List-Unsubscribe': { const: 'One-Click' },
                [FIELDS.choice]: {
                  enum: Object.values(FIELDS).filter((value) => value !== FIELDS.choice),
                },
              },
            },
          },
        },
      },
      responses: { ...answers, '408': page('The body did not come in time: nothing was changed.') },
    },
  },
};
