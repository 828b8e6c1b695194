import { request } from 'node:http';
import { existsSync } from 'node:fs';

const PROBE_TIMEOUT_MS = 1_000;

/**
 * Whether a container engine answers: asks it once, so that a machine without one loses no time on
 * loading and trying testcontainers.
 */
export async function dockerAnswers(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const host = env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  const url = URL.parse(host);
  if (url === null) return false;
  const isSocket = url.protocol === 'unix:';
  if (isSocket && !existsSync(url.pathname)) return false;
  const target = isSocket
    ? { socketPath: url.pathname }
    : { host: url.hostname, port: Number(url.port || 2375) };
  return new Promise((resolve) => {
    const ping = request({ ...target, path: '/_ping', timeout: PROBE_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on('timeout', () => ping.destroy());
    ping.on('error', () => resolve(false));
    ping.end();
  });
}
