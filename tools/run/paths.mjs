import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const RESULTS = join(ROOT, '.cadenza', 'test-results');
export const RESULT_FILE = 'results.json';
/** Folder, beside a project's results, of what its tests and the programs they started have logged. */
export const LOGS = 'logs';
/** Environment variable that names that folder to test workers, and to the programs of a stack. */
export const LOGS_VARIABLE = 'CADENZA_TEST_LOGS';
/** Where Node keeps what it has compiled: a program that has run before starts with a quarter less work. */
export const COMPILE_CACHE = join(ROOT, '.cadenza', 'compile-cache');
