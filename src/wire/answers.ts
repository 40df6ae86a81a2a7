import type { ErrorDetails } from "../errors.ts";
import { isId } from "./ids.ts";
import { checkShape, shape } from "./shape.ts";

/** What CheckMonitoredReceiverAssignmentStatus says of a receiver (wire-protocol 5.1). */
export type ReceiverAssignment = "AssignedToYou" | "NotAssigned";

/** A bare boolean (wire-protocol 5.3, 6.1). @throws {ServerError} */
export function parseBoolean(value: unknown, details: () => ErrorDetails): boolean {
  checkShape(
    shape<boolean>("not true or false", (given) => typeof given === "boolean"),
    value,
    details,
  );
  return value;
}

/** The id of what was made (wire-protocol 6.2, 6.3). @throws {ServerError} also for all zeros */
export function parseNewId(value: unknown, details: () => ErrorDetails): string {
  checkShape(shape<string>("not an id of the service", isId), value, details);
  return value;
}

/** One of two words; no other is on record, and none is taken for either. @throws {ServerError} */
export function parseAssignment(value: unknown, details: () => ErrorDetails): ReceiverAssignment {
  const isOne = (given: unknown): boolean => given === "AssignedToYou" || given === "NotAssigned";
  checkShape(shape<ReceiverAssignment>("not an assignment status of the service", isOne), value, details);
  return value;
}

/**
 * An answer that has nothing to say: clients go by an empty body, or by one without a fault in it (wire-protocol 5.2, 6.6).
 *
 * @throws {ServerError} where there is a text, a number or a list, which nobody has seen.
 */
export function parseNothing(value: unknown, details: () => ErrorDetails): void {
  const isNothing = (given: unknown): boolean =>
    given === true || given === "" || (typeof given === "object" && !Array.isArray(given));
  checkShape(shape("not an empty answer", isNothing), value, details);
}
