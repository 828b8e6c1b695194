import { z } from 'zod';
import { credentials, LOCAL_SIGN_IN_PATH } from './routes/sign-in.ts';

type Json = Record<string, unknown>;

const session: Json = {
  description: 'Signed in: the cookie holds the session.',
  headers: { 'Set-Cookie': { schema: { type: 'string' } } },
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Session' } } },
};

/** Paths by which people sign in, which nothing opens yet. */
export function signInPaths(problem: (description: string) => Json): Record<string, Json> {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(credentials, {
    io: 'input',
    unrepresentable: 'any',
  });
  return {
    [LOCAL_SIGN_IN_PATH]: {
      post: {
        operationId: 'signInLocally',
        tags: ['Signing in'],
        summary: 'Sign in with a password',
        security: [],
        requestBody: { required: true, content: { 'application/json': { schema } } },
        responses: {
          '200': session,
          '401': problem('The address or the password is wrong; which of them is not said.'),
          '403': problem('The request does not come from a page of this origin.'),
          '429': problem('Too many tries for the account, or from the IP address.'),
          '503': problem('Too many sign in at this moment.'),
        },
      },
    },
  };
}
