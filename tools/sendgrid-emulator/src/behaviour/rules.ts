import { InvalidInputError, showValue } from '@cadenza/domain';
import { globMatcher } from '../glob.ts';
import { BEHAVIOUR_WORDS, SILENT, type BehaviourProfile, type BehaviourWord } from './profile.ts';

/** What the recipients do whose address matches; `do` or `profile`, or both. */
export interface BehaviourRule {
  /** An address with `*` for any run of characters: `bounce@*`, `*+click@*`. */
  readonly match: string;
  /** Words, each with what it stands for; everything else does not happen. */
  readonly do?: readonly BehaviourWord[];
  /** Likelihoods, laid over what the words say. */
  readonly profile?: Partial<BehaviourProfile>;
}

/** Decides which profile an address has. */
export interface Behaviours {
  of(address: string): BehaviourProfile;
  /** Puts a rule before all others. */
  add(rule: BehaviourRule): void;
}

export interface BehaviourSettings {
  readonly rules: readonly BehaviourRule[];
  readonly profile: Partial<BehaviourProfile>;
  /** Whether words in the local part count (`ada.clicker@…`). */
  readonly addressWords: boolean;
}

/**
 * Rules come first, in their order (later added ones before earlier); then the words in the local
 * part; then the default profile.
 *
 * @throws InvalidInputError for a likelihood that is not within 0 and 1.
 */
export function createBehaviours(
  settings: BehaviourSettings,
  defaults: BehaviourProfile,
): Behaviours {
  const usual = layered(defaults, 'profile', settings.profile);
  const rules = settings.rules.map(compile);
  return {
    of(address) {
      for (const rule of rules) if (rule.matches(address)) return rule.profile;
      return (settings.addressWords ? byWords(address) : null) ?? usual;
    },
    add(rule) {
      rules.unshift(compile(rule));
    },
  };
}

function compile(rule: BehaviourRule): {
  matches: (address: string) => boolean;
  profile: BehaviourProfile;
} {
  let profile = SILENT;
  for (const word of rule.do ?? []) profile = { ...profile, ...BEHAVIOUR_WORDS[word] };
  return {
    matches: globMatcher(rule.match),
    profile: layered(profile, `rule ${showValue(rule.match)}`, rule.profile ?? {}),
  };
}

function layered(
  below: BehaviourProfile,
  where: string,
  above: Partial<BehaviourProfile>,
): BehaviourProfile {
  const problems = Object.entries(above)
    .filter(([key, value]) => !(value >= 0 && (value <= 1 || key === 'softBounces')))
    .map(([key, value]) => ({
      path: `${where}.${key}`,
      code: 'out_of_range',
      message: `${showValue(value)} is not a likelihood between 0 and 1`,
    }));
  if (problems.length > 0) throw new InvalidInputError('recipient behaviour', problems);
  return { ...below, ...above };
}

/** `ada.clicker17+machine@…` has the words clicker and machine; a number after a word is ignored. */
function byWords(address: string): BehaviourProfile | null {
  let found: BehaviourProfile | null = null;
  for (const token of address
    .slice(0, address.lastIndexOf('@'))
    .toLowerCase()
    .split(/[.+_-]/)) {
    const word = token.replace(/\d+$/, '');
    if (Object.hasOwn(BEHAVIOUR_WORDS, word)) {
      found = { ...(found ?? SILENT), ...BEHAVIOUR_WORDS[word as BehaviourWord] };
    }
  }
  return found;
}
