import { cadenzaVitest } from '../../vitest.shared.ts';

// A run is a minute of work for the machine: one file at a time.
export default cadenzaVitest({ fileParallelism: false, testTimeout: 300_000 });
