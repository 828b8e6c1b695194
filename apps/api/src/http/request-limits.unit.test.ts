import rateLimit from '@fastify/rate-limit';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { sendProblem } from './errors.ts';
import { SIGN_IN_TRIES, signInLimiter } from './request-limits.ts';
import { createLogger } from '@cadenza/telemetry';

test('tries of other accounts do not make a process forget those of one', async () => {
  const app = Fastify();
  const logger = createLogger({ level: 'error', app: 'api' });
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, logger));
  await app.register(rateLimit, { global: false });
  const countTry = signInLimiter(app);
  app.get<{ Params: { account: string } }>('/:account', async (request, reply) => {
    await countTry(request, reply, request.params.account);
    return '';
  });
  let places = 0;
  const tried = async (account: string) => {
    places += 1;
    const remoteAddress = `10.${places >> 16}.${(places >> 8) & 255}.${places & 255}`;
    return (await app.inject({ url: `/${account}`, remoteAddress })).statusCode;
  };
  for (let n = 0; n < SIGN_IN_TRIES.perAccount; n += 1) expect(await tried('ada')).toBe(200);
  expect(await tried('ada')).toBe(429);
  for (let n = 0; n < 6_000; n += 1) await tried(`other${n}`);
  expect(await tried('ada')).toBe(429);
  await app.close();
});
