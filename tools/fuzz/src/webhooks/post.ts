import { request, type Agent } from 'node:http';
import type { FuzzCase } from './cases.ts';

/**
 * Sends a request as it is.
 *
 * @returns the status of the answer, or 0 where the request was cut off.
 * @throws Error where the connection broke instead.
 */
export function post(agent: Agent, baseUrl: string, one: FuzzCase): Promise<number> {
  const path = `/v1/webhooks/sendgrid/events${one.tenantId === null ? '' : `/${one.tenantId}`}`;
  const cutOff = one.expected === 0;
  const { body } = one;
  const length = one.chunked ? {} : { 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const call = request(
      `${baseUrl}${path}`,
      { method: 'POST', agent, headers: { ...one.headers, ...length } },
      (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
        answer.once('error', reject);
      },
    );
    call.once('error', (error) => (cutOff ? resolve(0) : reject(error)));
    if (!cutOff) {
      call.end(body);
      return;
    }
    call.write(body.subarray(0, body.length - 1), () => call.destroy());
    call.once('close', () => resolve(0));
  });
}
