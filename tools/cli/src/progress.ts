import cliProgress from 'cli-progress';

/** Tells of work as it goes. */
export interface Progress {
  /** So many more are done. */
  advance(by: number): void;
}

/**
 * @param what is counted, such as `enrollments`.
 * @param total how many there will be, asked where it is shown; null: nobody knows.
 */
export type StartProgress = (
  what: string,
  total: () => Promise<number | null>,
) => Promise<Progress>;

const KNOWN = '{what} [{bar}] {percentage}% | {value} of {total} | {eta_formatted} to go';
const UNKNOWN = '{what} {value} | {duration_formatted}';
/** How often it is drawn at most. */
const FRAMES_PER_SECOND = 5;

/**
 * Shows the progress that work starts, on a terminal, and takes it away when the work has ended,
 * however that is: nothing of it stays among the answer's lines.
 *
 * @param stream null shows nothing.
 */
export async function withProgress<T>(
  stream: NodeJS.WritableStream | null,
  work: (start: StartProgress) => T | Promise<T>,
): Promise<T> {
  const bars: cliProgress.SingleBar[] = [];
  const start: StartProgress = async (what, count) => {
    if (stream === null) return { advance: () => undefined };
    const total = await count();
    const bar = new cliProgress.SingleBar(
      {
        stream,
        format: total === null ? UNKNOWN : KNOWN,
        fps: FRAMES_PER_SECOND,
        hideCursor: true,
        clearOnComplete: true,
        stopOnComplete: false,
      },
      cliProgress.Presets.shades_classic,
    );
    bars.push(bar);
    bar.start(total ?? 0, 0, { what });
    return { advance: (by) => bar.increment(by) };
  };
  try {
    return await work(start);
  } finally {
    for (const bar of bars) bar.stop();
  }
}
