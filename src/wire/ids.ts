import { ServerError, type ErrorDetails } from "../errors.ts";
import { checkShape, shape, type Shape } from "./shape.ts";

/** What the service answers, with status 200, where it gives no id (wire-protocol 3.2, 3.3). */
const DEFAULT_ID = "00000000-0000-0000-0000-000000000000";

/** 8-4-4-4-12 hex digits in any case. Checks of UUID version and variant refuse ids that the service gives out. */
const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether `value` has the form of an id; all zeros has it too. */
export function hasIdForm(value: unknown): value is string {
  return typeof value === "string" && ID.test(value);
}

/** Whether `value` is an id that can be used. */
export function isId(value: unknown): value is string {
  return hasIdForm(value) && value !== DEFAULT_ID;
}

let idShape: Shape<string> | undefined;

/**
 * The account id that AuthenticatePublisherAccount answered: bare, or as `{"accountId": "…"}`, which is said to be sent
 * to some newer accounts (wire-protocol 3.1).
 *
 * @throws {ServerError} where there is none.
 */
export function parseAccountId(value: unknown, details: () => ErrorDetails): string {
  return parseId((value as { accountId?: unknown } | null)?.accountId ?? value, "Account ID default", details);
}

/**
 * The session id that a login answered.
 *
 * @throws {ServerError} where there is none.
 */
export function parseSessionId(value: unknown, details: () => ErrorDetails): string {
  return parseId(value, "Session ID default", details);
}

function parseId(value: unknown, messageOfDefault: string, details: () => ErrorDetails): string {
  checkShape((idShape ??= shape<string>("not an id of the service", hasIdForm)), value, details);
  if (value === DEFAULT_ID) throw new ServerError("DEFAULT_ID", messageOfDefault, details());
  return value;
}
