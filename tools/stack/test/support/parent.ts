/** Starts a program, says so, and on a Ctrl-C stops it and says how it ended. */
import path from 'node:path';
import { createProcess } from '../../src/index.ts';

let ready = false;
const program = createProcess({
  name: 'program',
  entry: 'tools/stack/test/support/program.ts',
  env: { LIFELINE_PORT: process.argv[3] ?? '' },
  hostEnv: { PATH: process.env['PATH'] },
  logFile: path.join(process.argv[2] ?? '', 'program.log'),
  healthUrl: null,
  onLine: (line) => (ready = line === 'up'),
  ready: () => Promise.resolve(ready),
});
process.on('SIGINT', () => {
  void program.stop().then((code) => {
    process.stdout.write(`ended with ${code}\n`);
    process.exit();
  });
});
await program.start();
process.stdout.write('started\n');
