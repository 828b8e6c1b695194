import { z } from 'zod';
import { OIDC_PATHS } from './routes/oidc.ts';
import {
  credentials,
  LOCAL_SIGN_IN_PATH,
  SIGN_IN_METHOD_PATH,
  signInMethod,
} from './routes/sign-in.ts';

type Json = Record<string, unknown>;

const session: Json = {
  description: 'Signed in: the cookie holds the session.',
  headers: { 'Set-Cookie': { schema: { type: 'string' } } },
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Session' } } },
};

/** Paths by which people sign in, which nothing opens yet. */
export function signInPaths(problem: (description: string) => Json): Record<string, Json> {
  const sentOn = (description: string): Json => ({
    description,
    headers: { Location: { schema: { type: 'string' } } },
  });
  const answered = (name: string, description: string): Json => ({
    name,
    in: 'query',
    required: false,
    description,
    schema: { type: 'string' },
  });
  const facts = { tags: ['Signing in'], security: [] };
  const others = { default: { $ref: '#/components/responses/Problem' } };
  const unset = problem('People sign in here in another way.');
  const issuerFailed = problem('The identity provider did not answer as it should.');
  return {
    [SIGN_IN_METHOD_PATH]: {
      get: {
        ...facts,
        operationId: 'getSignInMethod',
        summary: 'How people sign in here',
        responses: {
          ...others,
          '200': {
            description: 'Done.',
            content: { 'application/json': { schema: schemaOf(signInMethod) } },
          },
        },
      },
    },
    [OIDC_PATHS.begin]: {
      get: {
        ...facts,
        operationId: 'beginSignIn',
        summary: 'Sends a browser to the identity provider (OpenID Connect), to sign in there',
        parameters: [
          {
            name: 'returnTo',
            in: 'query',
            required: false,
            description:
              'The path of this origin to which the browser is sent in the end; / by default.',
            schema: { type: 'string', format: 'uri-reference' },
          },
        ],
        responses: {
          ...others,
          '303': sentOn('To the identity provider.'),
          '400': problem('The place to return to is none of this origin.'),
          '404': unset,
          '502': issuerFailed,
        },
      },
    },
    [OIDC_PATHS.callback]: {
      get: {
        ...facts,
        operationId: 'finishSignIn',
        summary: 'Where the identity provider sends a browser back to',
        parameters: [
          answered('code', 'What the identity provider gives for an ID token.'),
          answered('state', 'Of the sign-in that was begun in this browser.'),
          answered('iss', 'Who has answered (RFC 9207).'),
          answered('error', 'Why nobody has signed in there, in the place of a code.'),
        ],
        responses: {
          ...others,
          '303': sentOn('Signed in: to where the browser wanted to return.'),
          '400': problem('This is no answer to a sign-in that was begun in this browser.'),
          '403': problem('The person is no user of any tenant, or the address is not verified.'),
          '404': unset,
          '502': issuerFailed,
        },
      },
    },
    [LOCAL_SIGN_IN_PATH]: {
      post: {
        ...facts,
        operationId: 'signInLocally',
        summary: 'Sign in with a password',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: schemaOf(credentials) } },
        },
        responses: {
          ...others,
          '200': session,
          '401': problem('The address or the password is wrong; which of them is not said.'),
          '404': unset,
          '403': problem('The request does not come from a page of this origin.'),
          '429': problem('Too many tries for the account, or from the IP address.'),
          '503': problem('Too many sign in at this moment.'),
        },
      },
    },
  };
}

function schemaOf(schema: z.ZodType): Json {
  const described: Json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  delete described['$schema'];
  return described;
}
