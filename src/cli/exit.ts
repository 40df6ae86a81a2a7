/** What the process answers its caller. `doctor` has codes of its own for its steps. */
export const EXIT = {
  OK: 0,
  FAILURE: 1,
  USAGE: 2,
  NO_READING: 3,
} as const;

/** The caller's mistake: said in a line, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
