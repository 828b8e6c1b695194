/** Where an app says that it stops. A pino logger fits. */
export interface StopLogger {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** An app that runs: what ends it. */
export interface RunningApp {
  readonly log: StopLogger;
  /** Stops in reverse order of the start. @returns whether everything had ended by itself. */
  close(): Promise<boolean>;
}

/**
 * Runs an app until SIGTERM or SIGINT, then stops it in order, with a line in its log when that
 * begins and one when it is done; a second signal ends it at once.
 * An app that cannot start says why in one message and exits with code 1.
 */
export async function runApp(start: () => Promise<RunningApp>): Promise<void> {
  let app: RunningApp;
  try {
    app = await start();
  } catch (error) {
    complain(error);
    // Whatever had been opened before the failure must not keep the process.
    process.exit(1);
  }
  const signals = ['SIGTERM', 'SIGINT'] as const;
  let stopping = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      app.log.info({ signal }, 'stopping');
      app.close().then(
        (clean) => {
          if (clean) app.log.info({}, 'stopped');
          else app.log.warn({}, 'stopped, and work was cut off');
          process.exit(clean ? 0 : 1);
        },
        (error: unknown) => {
          complain(error);
          process.exit(1);
        },
      );
    });
  }
}

function complain(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
