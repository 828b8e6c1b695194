import { describe, expect, it } from 'vitest';
import { startPeriodic } from './index.ts';

/** Longer than any test may take: such a pause ends by a nudge, or not at all. */
const NEVER_MS = 1_000_000;

const unexpected = (error: unknown): never => expect.unreachable(String(error));

describe('periodic work', () => {
  it('runs at once, and again after its pause', async () => {
    const third = Promise.withResolvers<undefined>();
    let runs = 0;
    const work = startPeriodic(
      () => {
        runs += 1;
        if (runs === 3) third.resolve(undefined);
        return Promise.resolve(false);
      },
      1,
      unexpected,
    );
    await third.promise;
    await work.stop();
    expect(runs).toBeGreaterThanOrEqual(3);
  });

  it('runs again without a pause for as long as it found a full round', async () => {
    const paused = Promise.withResolvers<undefined>();
    const answers = [true, true, false];
    const work = startPeriodic(
      () => {
        const again = answers.shift() ?? false;
        if (!again) paused.resolve(undefined);
        return Promise.resolve(again);
      },
      NEVER_MS,
      unexpected,
    );
    await paused.promise;
    await work.stop();
    expect(answers).toEqual([]);
  });

  it('runs before the end of its pause when it is nudged', async () => {
    let runs = 0;
    let ran = Promise.withResolvers<undefined>();
    const work = startPeriodic(
      () => {
        runs += 1;
        ran.resolve(undefined);
        return Promise.resolve(false);
      },
      NEVER_MS,
      unexpected,
    );
    await ran.promise;
    ran = Promise.withResolvers();
    // The pause begins in the turns after the run's answer.
    await new Promise(setImmediate);
    work.nudge();
    await ran.promise;
    await work.stop();
    expect(runs).toBe(2);
  });

  it('reports an error and goes on', async () => {
    const recovered = Promise.withResolvers<undefined>();
    const errors: unknown[] = [];
    let runs = 0;
    const work = startPeriodic(
      () => {
        runs += 1;
        if (runs === 1) return Promise.reject(new Error('the first round failed'));
        recovered.resolve(undefined);
        return Promise.resolve(false);
      },
      1,
      (error) => errors.push(error),
    );
    await recovered.promise;
    await work.stop();
    expect(errors).toEqual([new Error('the first round failed')]);
  });

  it('stops when the run under way has ended, and not before', async () => {
    const started = Promise.withResolvers<undefined>();
    const finish = Promise.withResolvers<boolean>();
    let runs = 0;
    const work = startPeriodic(
      () => {
        runs += 1;
        started.resolve(undefined);
        return finish.promise;
      },
      NEVER_MS,
      unexpected,
    );
    await started.promise;
    let stopped = false;
    const stopping = work.stop().then(() => (stopped = true));
    await new Promise(setImmediate);
    expect(stopped).toBe(false);
    finish.resolve(true);
    await stopping;
    expect(runs).toBe(1);
  });
});
