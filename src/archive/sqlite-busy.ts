import { elapsedMs, systemClock } from "../clock.ts";

/** Primary result code of SQLite: another process holds the lock. */
const SQLITE_BUSY = 5;
const MAX_WAIT_MS = 10;

/**
 * Repeats work that fails because another process holds the lock, until it succeeds or the time is over.
 *
 * SQLite's own wait blocks the thread, and polls every 100 ms in the end: next to a process that writes all the time it
 * rarely gets its turn.
 */
export async function retryWhileBusy<T>(work: () => T, timeoutMs: number): Promise<T> {
  const start = elapsedMs(systemClock);
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || elapsedMs(systemClock) - start >= timeoutMs) throw error;
    }
    // The length is random, so that two processes don't wait in step.
    await systemClock.sleep(Math.random() * MAX_WAIT_MS);
  }
}

function isBusy(error: unknown): boolean {
  const { errcode, message } = error as { readonly errcode?: number; readonly message?: string };
  return errcode === undefined ? /is locked/.test(String(message)) : (errcode & 0xff) === SQLITE_BUSY;
}
