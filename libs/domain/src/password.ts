/** Characters of a password, as code points: NIST SP 800-63B-4 §3.1.1.2 asks for 15 alone, 8 beside others. */
export const PASSWORD_LENGTH = { min: 12, max: 200 } as const;

/** What those write who must write something. */
const COMMON = [
  'changemechangeme',
  'correcthorsebatterystaple',
  'iloveyouiloveyou',
  'letmeinletmein',
  'passwordpassword',
  'qwertyqwerty',
  'welcomewelcome',
];
/** Words that stand for nothing but themselves, with whatever digits and signs are put around them. */
const WORDS = [
  'password',
  'passwort',
  'welcome',
  'administrator',
  'qwertyuiop',
  'letmein',
  'cadenza',
];
const RUNS = ['01234567890123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm'];

/**
 * Why a password is not to be used, completing the sentence "expected …"; null where it may be. There are
 * no rules of composition: length counts, and what everybody would guess is refused (NIST SP 800-63B-4
 * §3.1.1.2).
 *
 * @param email whose it is to be, normalised
 */
export function passwordFlaw(password: string, email: string): string | null {
  const { min, max } = PASSWORD_LENGTH;
  const length = [...password].length;
  if (length < min || length > max) return `${min} to ${max} characters`;
  const plain = password.normalize('NFKC').toLowerCase();
  if (new Set(plain).size < 5) return 'more than a few characters over and over';
  const [local = ''] = email.split('@');
  if (plain === email || (local.length > 3 && withoutEnds(plain) === withoutEnds(local))) {
    return 'another one than the address';
  }
  const word = withoutEnds(plain);
  if (COMMON.includes(plain) || WORDS.includes(word) || isRun(plain)) {
    return 'one that is not among the first that anybody tries';
  }
  return null;
}

/** Without the digits and signs at both ends, which are added where a word alone would be too short. */
function withoutEnds(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
}

function isRun(text: string): boolean {
  return RUNS.some((run) => run.includes(text) || [...run].toReversed().join('').includes(text));
}
