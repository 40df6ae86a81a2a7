import { ArgumentError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/**
 * Throws unless `condition` holds.
 *
 * @param message Names the argument, and never repeats a secret's value.
 * @throws {ArgumentError}
 */
export function assertArgument(condition: unknown, message: string): asserts condition {
  if (!condition) throw new ArgumentError(message);
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** @throws {ArgumentError} If `value` is not an integer from `min` to `max`. */
export function checkInteger(name: string, value: unknown, { min, max }: Record<"min" | "max", number>): number {
  assertArgument(
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
    `${name} must be a whole number from ${min} to ${max}`,
  );
  return value as number;
}

/**
 * Returns `fallback` if the option is absent. `null` does not count as absent.
 *
 * @throws {ArgumentError} If `value` is not a finite number of at least `min` (default 1).
 */
export function checkMilliseconds(
  name: string,
  value: number | undefined,
  { fallback, min = 1 }: { readonly fallback: number; readonly min?: number },
): number {
  if (value === undefined) return fallback;
  assertArgument(Number.isFinite(value) && value >= min, `${name} must be a number, ${min} or more`);
  return value;
}

/** @throws {ArgumentError} If `value` is not a boolean. */
export function checkBoolean(name: string, value: unknown): boolean {
  assertArgument(typeof value === "boolean", `${name} must be true or false`);
  return value;
}

/** @throws {ArgumentError} If `value` is not a string with a visible character. */
export function checkText(name: string, value: unknown): string {
  assertArgument(typeof value === "string" && value.trim() !== "", `${name} must be a non-empty string`);
  return value;
}

/**
 * Returns an instant as milliseconds since the Unix epoch.
 *
 * @throws {ArgumentError} If `value` is neither a valid `Date` nor an integer.
 */
export function checkInstant(name: string, value: unknown): number {
  const ms = value instanceof Date ? value.getTime() : value;
  assertArgument(Number.isSafeInteger(ms), `${name} must be a Date, or whole milliseconds since the Unix epoch`);
  return ms as number;
}

/** @throws {ArgumentError} If a method is missing. */
export function checkMethods(name: string, value: unknown, methods: readonly string[]): void {
  const hasAll =
    isObject(value) && methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function");
  assertArgument(hasAll, `${name} must have the methods ${methods.join()}`);
}

/**
 * Throws for an option that does not exist: a misspelled one would be ignored.
 *
 * @throws {ArgumentError} It names the nearest option, and the unknown one if that looks like a name.
 */
export function checkNames(what: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    const unknown = /^\w{1,40}$/.test(name) ? name : "such option";
    throw new ArgumentError(`${what} has no ${unknown}${meant === undefined ? "" : `; did you mean ${meant}?`}`);
  }
}

/**
 * Returns the `signal` of options.
 *
 * @param known Names of the options.
 * @throws {ArgumentError} If `options` is `null`, has an unknown name, or its `signal` is not an `AbortSignal`.
 */
export function checkSignal(
  options: { readonly signal?: AbortSignal | undefined },
  known: readonly string[] = ["signal"],
): AbortSignal | undefined {
  const given = options as typeof options | null;
  const signal = given?.signal as Partial<AbortSignal> | undefined;
  assertArgument(given && (!signal || typeof signal.addEventListener === "function"), "signal must be an AbortSignal");
  checkNames("options", given, known);
  return given.signal;
}
