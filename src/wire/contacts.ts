import type { ErrorDetails } from "../errors.ts";
import { isId } from "./ids.ts";
import { checkShape, rule, shape, type Shape } from "./shape.ts";

/** A contact as the service sends it; what else it holds is not on record (wire-protocol 6.6). */
export interface RawContact {
  readonly ContactId: string;
  readonly Email: string;
}

/** Somebody whom the wearer may invite to follow. */
export interface Contact {
  readonly contactId: string;
  readonly emailAddress: string;
  /** The record as the service sent it. */
  readonly json: RawContact;
}

let contactShape: Shape<RawContact> | undefined;

/**
 * The answer of ReadContact (wire-protocol 6.6).
 *
 * @throws {ServerError} where it is no contact.
 */
export function parseContact(value: unknown, details: () => ErrorDetails): Contact {
  contactShape ??= shape(
    "not a contact",
    (given) => typeof given === "object" && given !== null,
    rule("ContactId", "not an id of the service", ({ ContactId }) => isId(ContactId)),
    rule("Email", "not a text", ({ Email }) => typeof Email === "string"),
  );
  checkShape(contactShape, value, details);
  return { contactId: value.ContactId, emailAddress: value.Email, json: value };
}
