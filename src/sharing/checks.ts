import { ArgumentError } from "../errors.ts";
import { isId } from "../wire/ids.ts";

/** @throws {ArgumentError} with this message, which names the argument and does not repeat its value. */
export function must(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ArgumentError(message);
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** An id that the service gave out. */
export function checkId(name: string, value: unknown): string {
  must(isId(value), `${name} must be an id of the service (a UUID, not all zeros)`);
  return value;
}

/** A text with something in it. */
export function checkText(name: string, value: unknown): string {
  must(typeof value === "string" && value.trim() !== "", `${name} must be a non-empty string`);
  return value;
}

/** Receivers have two letters and eight digits, transmitters six letters and digits; no other rule is on record. */
export function checkSerialNumber(value: unknown): string {
  must(
    typeof value === "string" && /^[A-Za-z\d]{6,16}$/.test(value),
    "serialNumber must be 6 to 16 letters and digits",
  );
  return value;
}

/** No more than catches a mix-up of arguments: the service e-mails the invitation itself and knows what it can reach. */
export function checkEmailAddress(value: unknown): string {
  must(typeof value === "string" && /^[^\s@]+@[^\s@]+$/.test(value), "emailAddress must be an e-mail address");
  return value;
}

export function checkBoolean(name: string, value: unknown): boolean {
  must(typeof value === "boolean", `${name} must be true or false`);
  return value;
}

export function checkWhole(name: string, value: unknown, least: number, most: number): number {
  must(
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
    `${name} must be a whole number from ${least} to ${most}`,
  );
  return value as number;
}

/** Milliseconds since the Unix epoch, of a date or of themselves. */
export function checkMoment(name: string, value: unknown): number {
  const ms = value instanceof Date ? value.getTime() : value;
  must(Number.isSafeInteger(ms), `${name} must be a Date, or whole milliseconds since the Unix epoch`);
  return ms as number;
}
