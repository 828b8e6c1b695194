import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/**
 * A value that does not show itself: printing, logging, serialising or interpolating it gives
 * `[secret]`. Only `reveal` gives the value, where it is used.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
