import { isId, type Id } from '@cadenza/domain';
import { parseDuration, type Duration } from '@cadenza/plan';
import { InvalidArgumentError } from 'commander';

/** A moment with its offset from UTC, so that it means the same everywhere. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** @throws InvalidArgumentError, as all of these */
export function instantValue(text: string): number {
  const instant = INSTANT.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(instant)) {
    throw new InvalidArgumentError('Expected a moment such as 2027-01-31T08:00:00Z.');
  }
  return instant;
}

export function durationValue(text: string): Duration {
  const duration = parseDuration(text);
  if (duration === null) {
    throw new InvalidArgumentError(
      'Expected an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as P90D or PT36H.',
    );
  }
  return duration;
}

export function countValue(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new InvalidArgumentError('Expected a whole number of at least 1.');
  }
  return Number(text);
}

/** Whole months. */
export function monthsValue(text: string): number | 'forever' {
  if (text === 'forever') return text;
  const months = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : Infinity;
  if (months > 1_200) {
    throw new InvalidArgumentError('Expected a number of months from 1 to 1200, or "forever".');
  }
  return months;
}

export function rateValue(text: string): number {
  const rate = Number(text);
  if (text.trim() === '' || !(rate > 0) || !Number.isFinite(rate)) {
    throw new InvalidArgumentError('Expected a number greater than 0.');
  }
  return rate;
}

/** A text of a length, without the spaces around it. */
export function textValue(maxLength: number): (text: string) => string {
  return (text) => {
    const trimmed = text.trim();
    if (trimmed === '' || trimmed.length > maxLength) {
      throw new InvalidArgumentError(`Expected 1 to ${maxLength} characters.`);
    }
    return trimmed;
  };
}

/** The id of something, such as `a message`. */
export function idValue(what: string): (text: string) => Id {
  return (text) => {
    if (!isId(text)) throw new InvalidArgumentError(`Expected the id of ${what}.`);
    return text.toLowerCase();
  };
}
