import { CLOSED_TYPES, STANDALONE_ADAPTERS, TYPES } from '../../../eslint.boundaries.ts';
import { projects } from './workspace.ts';

const PURE_ONLY = 'pure';

const list = (names: readonly string[]) => [...names].sort().join(', ');

/** The Markdown table of who may import whom, from the lint configuration and the tags. */
export function boundariesTable(): string {
  const all = [...projects('libs'), ...projects('apps'), ...projects('tools')];
  const rows = Object.entries(TYPES).flatMap(([type, allowed]) => {
    const members = all
      .filter(({ manifest }) => manifest.nx.tags.includes(`type:${type}`))
      .map(({ manifest }) => manifest.name.replace('@cadenza/', ''));
    const drivers = CLOSED_TYPES.includes(type) ? 'no' : 'yes';
    const alone = members.filter((name) => STANDALONE_ADAPTERS.includes(name));
    const others = members.filter((name) => !alone.includes(name));
    return [
      ...(others.length > 0 ? [[type, list(others), allowed.join(', '), drivers]] : []),
      ...(alone.length > 0 ? [[`${type}, stand-alone`, list(alone), PURE_ONLY, drivers]] : []),
    ];
  });
  return [
    '| Type | Projects | May import | I/O, time, drivers |',
    '| --- | --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}
