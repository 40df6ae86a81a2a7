/** Exit codes of the process. `doctor` has its own for its steps. */
export const EXIT = {
  OK: 0,
  FAILURE: 1,
  USAGE: 2,
  NO_READING: 3,
  STALE: 4,
} as const;

/** A mistake of the caller: reported in one line, with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
