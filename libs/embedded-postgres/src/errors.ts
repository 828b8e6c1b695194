/** Why an embedded server could not be had. */
export type EmbeddedPostgresErrorCode =
  /** Neither the npm package's binaries nor an installed PostgreSQL can be run here. */
  | 'no_binaries'
  /** The user that the server has to run as is not one that PostgreSQL accepts. */
  | 'unusable_user'
  /** The data directory cannot be used: not reachable, of another version, or not ours. */
  | 'unusable_data_dir'
  /** An option has a value that cannot work. */
  | 'invalid_option'
  /** The server or `initdb` was started and failed; the message ends with what it said. */
  | 'start_failed';

/** An embedded server could not be started; the message says what to do about it. */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string) {
    super(message);
    this.name = 'EmbeddedPostgresError';
    this.code = code;
  }
}
