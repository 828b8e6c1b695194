import {
  InvalidInputError,
  JOB_SCHEMAS,
  showValue,
  type JobDataByQueue,
  type NewJob,
  type Problem,
  type QueueName,
} from '@cadenza/domain';

/** BullMQ takes no priority beyond this. */
const MAX_PRIORITY = 2_097_152;

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function showPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((shown, key) => {
    if (typeof key === 'number') return `${shown}[${key}]`;
    return shown === '' ? String(key) : `${shown}.${String(key)}`;
  }, '');
}

/** What is wrong with a job's data, each with its place below `at`. */
export function dataProblems(queue: QueueName, data: unknown, at = 'data'): Problem[] {
  const result = JOB_SCHEMAS[queue].safeParse(data);
  if (result.success) return [];
  return result.error.issues.map((issue) => ({
    path: showPath([at, ...issue.path]),
    code: issue.code,
    message: `${showValue(valueAt(data, issue.path))} was refused: ${issue.message}`,
  }));
}

/** Job data from a store, checked; null when it is not what the queue carries. */
export function asJobData<Q extends QueueName>(queue: Q, data: unknown): JobDataByQueue[Q] | null {
  const result = JOB_SCHEMAS[queue].safeParse(data);
  // The schema of a queue is the type of its data, which the compiler cannot see through an index.
  return result.success ? (result.data as JobDataByQueue[Q]) : null;
}

/**
 * Checks jobs before they are handed over.
 *
 * @throws InvalidInputError naming every bad value and its place
 */
export function checkJobs<Q extends QueueName>(queue: Q, jobs: readonly NewJob<Q>[]): void {
  const problems = jobs.flatMap((job, index) => {
    const at = `jobs[${index}]`;
    return [...optionProblems(job, at), ...dataProblems(queue, job.data, `${at}.data`)];
  });
  if (problems.length > 0) throw new InvalidInputError(`jobs of ${queue} refused`, problems);
}

function optionProblems(job: NewJob<QueueName>, at: string): Problem[] {
  const problems: Problem[] = [];
  const { jobId, delayMs = 0, priority = 0 } = job;
  // BullMQ builds keys with colons, and takes a number for an id of its own making.
  if (jobId === '' || jobId.includes(':') || /^\d+$/.test(jobId)) {
    problems.push({
      path: `${at}.jobId`,
      code: 'bad_job_id',
      message: `${showValue(jobId)} must be a text without ":" that is not only digits`,
    });
  }
  if (!Number.isFinite(delayMs) || delayMs < 0) {
    problems.push({
      path: `${at}.delayMs`,
      code: 'bad_delay',
      message: `${String(delayMs)} must be a number of milliseconds, 0 or more`,
    });
  }
  if (!Number.isInteger(priority) || priority < 0 || priority > MAX_PRIORITY) {
    problems.push({
      path: `${at}.priority`,
      code: 'bad_priority',
      message: `${String(priority)} must be a whole number from 0 to ${MAX_PRIORITY}`,
    });
  }
  return problems;
}
