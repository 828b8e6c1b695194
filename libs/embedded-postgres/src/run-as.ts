import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { EmbeddedPostgresError } from './errors.ts';

/** The user that PostgreSQL's programs run as; null where it is the one that runs this process. */
export type RunAs = { readonly uid: number; readonly gid: number } | null;

/** PostgreSQL refuses to run as root; this is `nobody` on every Linux distribution and macOS. */
const NOBODY = 65534;

/**
 * Decides whom to run as. Root becomes `nobody`, or the owner of an existing data directory.
 *
 * @throws EmbeddedPostgresError `unusable_user` where this user has no entry in the user database
 */
export function chooseUser(dataDirOwner: { uid: number; gid: number } | null): RunAs {
  const uid = process.getuid?.();
  if (uid === undefined) return null;
  if (uid === 0) {
    return dataDirOwner !== null && dataDirOwner.uid !== 0
      ? { uid: dataDirOwner.uid, gid: dataDirOwner.gid }
      : { uid: NOBODY, gid: NOBODY };
  }
  try {
    userInfo();
    return null;
  } catch {
    throw new EmbeddedPostgresError(
      'unusable_user',
      `PostgreSQL cannot run as user ${uid}, which has no entry in /etc/passwd. ` +
        'Add one, run as another user (root is fine), or set DATABASE_URL to an existing server.',
    );
  }
}

/** The first directory on the way to `target` that a user may not enter, or null. */
export async function firstUnreachable(target: string, user: RunAs): Promise<string | null> {
  if (user === null) return null;
  const parts = path.resolve(target).split(path.sep);
  for (let depth = 1; depth < parts.length; depth += 1) {
    const dir = parts.slice(0, depth).join(path.sep) || path.sep;
    const { mode, uid, gid } = await stat(dir);
    const execute = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & execute) === 0) return dir;
  }
  return null;
}
