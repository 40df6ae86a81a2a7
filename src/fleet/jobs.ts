import type { JobsOptions } from "bullmq";

/** Name of every job. The job's id is the account's. */
const JOB_NAME = "poll";

/**
 * Options of a job. A job that stayed behind would keep its account from being added again, so that none does.
 * The delay makes up for all retries: an attempt has no other.
 */
const JOB_OPTIONS: JobsOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };

/**
 * BullMQ counts for good how often the worker of a job has died, and fails the job when it has happened too often. A job
 * of years will see many workers die.
 */
export const MAX_STALLED_COUNT = 1e9;

/** A job that polls an account in `delayMs`. Adding it again while it exists changes nothing. */
export function jobOf(id: string, delayMs: number): { name: string; data: object; opts: JobsOptions } {
  return { name: JOB_NAME, data: {}, opts: { ...JOB_OPTIONS, jobId: id, delay: Math.max(0, Math.round(delayMs)) } };
}
