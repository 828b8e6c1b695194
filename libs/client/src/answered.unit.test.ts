import { expect, test } from 'vitest';
import { answered } from './answered.ts';

const problem = {
  type: 'urn:problem-type:cadenza:invalid-request',
  title: 'The request is not valid',
  status: 400,
  detail: 'Some values were not as expected.',
  instance: 'urn:uuid:1',
  problems: [{ path: 'email', code: 'invalid_value', message: '"x": expected an address' }],
};

test.each([
  ['a problem document', 400, problem, problem, 'Some values were not as expected.\nemail: "x"'],
  ['a proxy’s page', 502, '<html>', null, '502 without a problem document'],
  ['nothing', 503, undefined, null, '503 without a problem document'],
])('an answer with %s is thrown', async (_, status, error, kept, message) => {
  const call = answered(Promise.resolve({ error, response: new Response('', { status }) }));
  await expect(call).rejects.toMatchObject({
    name: 'CadenzaApiError',
    status,
    problem: kept,
    message: expect.stringContaining(message) as string,
  });
});
