import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { cadenza } from './support/cadenza.ts';

const run = promisify(execFile);
/** Lets bash complete a line as it does at a key press, and prints what it offers. */
const COMPLETING = `
  eval "$1"
  line=$2
  read -ra COMP_WORDS <<<"$line"
  [[ $line == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)) COMP_LINE=$line COMP_POINT=\${#line}
  function=$(complete -p cadenza | sed 's/.*-F \\([^ ]*\\).*/\\1/')
  $function cadenza "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
  printf '%s\\n' "\${COMPREPLY[@]}"`;

let script: string;

beforeAll(async () => {
  script = (await cadenza(['completion', 'bash'])).out;
});

async function offered(line: string): Promise<string[]> {
  const { stdout } = await run('bash', ['--norc', '-c', COMPLETING, 'bash', script, line]);
  return stdout.split('\n').filter((word) => word !== '');
}

describe('bash', () => {
  test.each<[line: string, words: readonly string[]]>([
    ['cadenza mig', ['migrate']],
    ['cadenza migrate ', ['up', 'down', 'status', 'create', '--help']],
    ['cadenza tenant inbound-token r', ['remove']],
    ['cadenza login create --role ', ['api', 'worker']],
    ['cadenza login create --role w', ['worker']],
    ['cadenza message resolve 1 --as f', ['failed']],
    ['cadenza tenant unknown-policy Acme h', ['hold']],
    ['cadenza completion ', ['bash', 'zsh', 'fish', '--json', '--help']],
    ['cadenza key create --tenant x --exp', ['--expires']],
    // Any value may stand there, and the shell offers files.
    ['cadenza key create --tenant ', []],
  ])('completes "%s"', async (line, words) => {
    expect(await offered(line)).toEqual(words);
  });

  test('offers every command, and its options', async () => {
    const { out: help } = await cadenza(['--help']);
    const named = [...help.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name = '']) => name);
    const found = await offered('cadenza ');
    expect(found).toEqual(expect.arrayContaining(named.filter((name) => name !== 'help')));
    expect(await offered('cadenza verify --')).toEqual([
      '--tenant',
      '--campaign',
      '--limit',
      '--json',
      '--help',
    ]);
  });
});

test.each(['zsh', 'fish'])('%s has a script of its own', async (shell) => {
  const { code, out } = await cadenza(['completion', shell]);
  expect(code).toBe(0);
  expect(out).toContain('unknown-policy');
});

test('another shell is refused, with those there are', async () => {
  const { code, err } = await cadenza(['completion', 'tcsh']);
  expect(code).toBe(2);
  expect(err).toContain('Allowed choices are bash, zsh, fish');
});
