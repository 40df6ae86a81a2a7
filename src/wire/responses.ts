import type { ErrorDetails } from "../errors.ts";
import { usableId } from "./ids.ts";
import * as schema from "./schema.ts";

/** Assignment of a receiver, as the service names it (PROTOCOL.md, "Receiver assignment"). */
export type ReceiverAssignment = "AssignedToYou" | "NotAssigned";

const booleanSchema = /* @__PURE__ */ schema.lazy(() => schema.boolean("not true or false"));

// No other word is on record, and an unknown one must not be taken for either.
const assignmentSchema = /* @__PURE__ */ schema.lazy((): schema.Schema<ReceiverAssignment> =>
  schema.oneOf(["AssignedToYou", "NotAssigned"], "not an assignment status of the service"),
);

// Clients take an empty body, or one without a fault in it, for success. Nobody has seen a text, a number or a list.
const emptySchema = /* @__PURE__ */ schema.lazy(() =>
  schema.value<unknown>(
    (body) => body === true || body === "" || (typeof body === "object" && !Array.isArray(body)),
    "not an empty response",
  ),
);

/**
 * Reads a bare boolean.
 *
 * @throws {ServerError} If it is anything else.
 */
export function parseBoolean(value: unknown, details: () => ErrorDetails): boolean {
  schema.checkSchema(booleanSchema(), value, details);
  return value;
}

/**
 * Reads the id of a new contact or subscription.
 *
 * @throws {ServerError} If there is no id, or only zeros.
 */
export function parseNewId(value: unknown, details: () => ErrorDetails): string {
  schema.checkSchema(usableId(), value, details);
  return value;
}

/**
 * Reads the assignment of a receiver.
 *
 * @throws {ServerError} If it is neither of the two words.
 */
export function parseAssignment(value: unknown, details: () => ErrorDetails): ReceiverAssignment {
  schema.checkSchema(assignmentSchema(), value, details);
  return value;
}

/**
 * Checks that a response has no content.
 *
 * @throws {ServerError} If it has.
 */
export function parseNothing(value: unknown, details: () => ErrorDetails): void {
  schema.checkSchema(emptySchema(), value, details);
}
