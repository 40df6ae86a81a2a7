import { inspect } from "node:util";

/** A value in the name of a test. */
export function shown(value: unknown): string {
  return inspect(value, { breakLength: Infinity, compact: true });
}
