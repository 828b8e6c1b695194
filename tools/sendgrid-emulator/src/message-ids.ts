import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
const POOL_IDS = 256;

/** The Message-ID header under which a mail goes out, as events report it (`smtp-id`). */
export function smtpIdOf(providerMessageId: string): string {
  return `<${providerMessageId}@geopod-ismtpd-0>`;
}

/** Makes `X-Message-Id`s: 22 characters of base64url. Randomness is drawn for many at once. */
export function createMessageIds(): () => string {
  const pool = Buffer.alloc(ID_BYTES * POOL_IDS);
  let used = POOL_IDS;
  return () => {
    if (used === POOL_IDS) {
      randomFillSync(pool);
      used = 0;
    }
    const start = ID_BYTES * used;
    used += 1;
    return pool.toString('base64url', start, start + ID_BYTES);
  };
}
