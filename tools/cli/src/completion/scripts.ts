import type { CommandWords } from './words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A script that completes the commands of a program in a shell. */
export function completionScript(shell: Shell, commands: readonly CommandWords[]): string {
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      // zsh runs bash's completions by a function that comes with it.
      return `#compdef cadenza\nautoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
    case 'fish':
      return fish(commands);
  }
}

function bash(commands: readonly CommandWords[]): string {
  const values = commands.flatMap(({ path, values: all }) =>
    all.map(({ option, words }) => {
      const list = words.length === 0 ? '' : compgen(words);
      return `    ${quoted(`${path} ${option}`.trim())}) ${list}return ;;`;
    }),
  );
  return [
    '# Completes cadenza: eval "$(cadenza completion bash)"',
    '_cadenza() {',
    '  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} path= i',
    '  COMPREPLY=()',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    case "${path:+$path }${COMP_WORDS[i]}" in',
    `      ${paths(commands).map(quoted).join(' | ')}) path="\${path:+$path }\${COMP_WORDS[i]}" ;;`,
    '    esac',
    '  done',
    '  case "${path:+$path }$previous" in',
    ...values,
    '  esac',
    '  case "$path" in',
    ...commands.map(
      ({ path, words }) => `    ${quoted(path)}) ${compgen(words.map(({ text }) => text))};;`,
    ),
    '  esac',
    '}',
    // Where no word fits, a file may: plans and lists are named.
    'complete -o default -F _cadenza cadenza',
    '',
  ].join('\n');
}

function compgen(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$current")); `;
}

function fish(commands: readonly CommandWords[]): string {
  const at = (path: string) => `-n ${quoted(`test (__cadenza_path) = ${quotedInside(path)}`)}`;
  return [
    '# Completes cadenza: cadenza completion fish > ~/.config/fish/completions/cadenza.fish',
    'function __cadenza_path',
    "  set -l path ''",
    '  for word in (commandline -opc)[2..-1]',
    '    switch (string trim "$path $word")',
    `      case ${paths(commands).map(quoted).join(' ')}`,
    '        set path (string trim "$path $word")',
    '    end',
    '  end',
    '  echo "$path"',
    'end',
    ...commands.flatMap(({ path, words, values }) =>
      words.map(({ text, means }) => {
        const value = values.find(({ option }) => option === text);
        const what = text.startsWith('--')
          ? `-l ${text.slice(2)}${value === undefined ? '' : ` -r${valuesOf(value.words)}`}`
          : `-f -a ${quoted(text)}`;
        return `complete -c cadenza ${at(path)} ${what} -d ${quoted(means)}`;
      }),
    ),
    '',
  ].join('\n');
}

function valuesOf(words: readonly string[]): string {
  return words.length === 0 ? '' : ` -f -a ${quoted(words.join(' '))}`;
}

function paths(commands: readonly CommandWords[]): string[] {
  return commands.map(({ path }) => path).filter((path) => path !== '');
}

/** A word for a shell, as it stands: our own texts hold no line breaks. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A word within quoted text. */
function quotedInside(text: string): string {
  return `"${text}"`;
}
