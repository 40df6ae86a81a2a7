import { ServerError, type ErrorDetails } from "../errors.ts";
import { checkSchema, lazy, value, type Schema } from "./schema.ts";

/** Id that the service sends, with status 200, if it has no id to give (PROTOCOL.md, "Responses that are no fault"). */
const DEFAULT_ID = "00000000-0000-0000-0000-000000000000";

/** 8-4-4-4-12 hex digits in any case. Checks of UUID version and variant refuse ids that the service gives out. */
const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Tells if `value` has the form of an id. The id of zeros has it too. */
export function hasIdForm(value: unknown): value is string {
  return typeof value === "string" && ID.test(value);
}

/** Tells if `value` is an id that can be used. */
export function isId(value: unknown): value is string {
  return hasIdForm(value) && value !== DEFAULT_ID;
}

const NOT_AN_ID = "not an id of the service";

/** Schema of an id that can be used. */
export const usableId: () => Schema<string> = /* @__PURE__ */ lazy(() => value<string>(isId, NOT_AN_ID));

/** Schema of an id, or of zeros in its place. */
export const idOrZeros: () => Schema<string> = /* @__PURE__ */ lazy(() => value<string>(hasIdForm, NOT_AN_ID));

/**
 * Reads the account id that AuthenticatePublisherAccount sends: bare, or as `{"accountId": "…"}`, which some newer
 * accounts are said to get (PROTOCOL.md, "Account name to account id").
 *
 * @throws {ServerError} If there is no id, or only zeros.
 */
export function parseAccountId(value: unknown, details: () => ErrorDetails): string {
  return parseId((value as { accountId?: unknown } | null)?.accountId ?? value, "Account ID default", details);
}

/**
 * Reads the session id that a login sends.
 *
 * @throws {ServerError} If there is no id, or only zeros.
 */
export function parseSessionId(value: unknown, details: () => ErrorDetails): string {
  return parseId(value, "Session ID default", details);
}

function parseId(value: unknown, messageForZeros: string, details: () => ErrorDetails): string {
  checkSchema(idOrZeros(), value, details);
  if (value === DEFAULT_ID) throw new ServerError("DEFAULT_ID", messageForZeros, details());
  return value;
}
