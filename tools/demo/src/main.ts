import { runDemo } from './demo.ts';
import { listenForInterrupt } from './interrupt.ts';
import { parseSettings } from './options.ts';

const print = (text: string) => void process.stdout.write(text);
// A terminal that was closed, or a reader that has gone, takes no more text.
process.stdout.on('error', () => undefined);
const interrupt = listenForInterrupt(() => print('\nStopping …\n'));

const parsed = parseSettings(process.argv.slice(2), process.env);
if (!parsed.ok) {
  console.error(parsed.problem);
  process.exit(1);
}
const { settings } = parsed;
const terminal = process.stdout.isTTY;
const code = await runDemo({ ...settings, terminal, hostEnv: process.env }, print, interrupt);
// An answer that no longer comes must not keep the process.
process.exit(code);
