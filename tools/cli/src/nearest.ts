import { distance } from 'fastest-levenshtein';

/** Names that are shown where none is near. */
const SHOWN = 10;

/** What completes "… is unknown: ", for whoever has asked for a name that there is not. */
export function expectedOne(name: string, names: readonly string[]): string {
  if (names.length === 0) return 'expected an id, or a name of one that there is';
  const near = nearestOf(name, names);
  if (near !== null) return `did you mean "${near}"?`;
  const some = names.slice(0, SHOWN).map((one) => `"${one}"`);
  return `expected an id, or a name such as ${some.join(', ')}`;
}

/** The name that a mistyped one was most likely to be; null where none is near enough. */
function nearestOf(name: string, names: readonly string[]): string | null {
  const wanted = name.toLowerCase();
  const [best] = names
    .map((one) => ({ one, away: distance(wanted, one.toLowerCase()) }))
    .sort((a, b) => a.away - b.away);
  if (best === undefined) return null;
  return best.away <= Math.max(1, Math.floor(name.length / 3)) ? best.one : null;
}
