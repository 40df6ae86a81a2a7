import { assertArgument } from "../validate.ts";
import { isId } from "../wire/ids.ts";

/** @throws {ArgumentError} If `value` can't be an id that the service created. */
export function checkId(name: string, value: unknown): string {
  assertArgument(isId(value), `${name} must be an id of the service (a UUID, not all zeros)`);
  return value;
}

/**
 * Receivers have two letters and eight digits, transmitters six letters and digits. No other rule is known.
 *
 * @throws {ArgumentError} If `value` has neither form.
 */
export function checkSerialNumber(value: unknown): string {
  assertArgument(
    typeof value === "string" && /^[A-Za-z\d]{6,16}$/.test(value),
    "serialNumber must be 6 to 16 letters and digits",
  );
  return value;
}

/**
 * Catches arguments in the wrong order, and no more: the service sends the e-mail itself and knows what it can reach.
 *
 * @throws {ArgumentError} If `value` has no form of an e-mail address.
 */
export function checkEmailAddress(value: unknown): string {
  assertArgument(
    typeof value === "string" && /^[^\s@]+@[^\s@]+$/.test(value),
    "emailAddress must be an e-mail address",
  );
  return value;
}
