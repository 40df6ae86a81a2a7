import type { ErrorDetails } from "../errors.ts";
import { usableId } from "./ids.ts";
import * as schema from "./schema.ts";

/** A contact as the service sends it. It holds more, which nobody has published (PROTOCOL.md, "Contacts"). */
export interface RawContact {
  readonly ContactId: string;
  readonly Email: string;
}

/** Person whom the wearer can invite to follow. */
export interface Contact {
  readonly contactId: string;
  readonly emailAddress: string;
  /** The record as the service sent it. */
  readonly json: RawContact;
}

const contactSchema = /* @__PURE__ */ schema.lazy((): schema.Schema<RawContact> =>
  schema.object({ ContactId: usableId(), Email: schema.string("not a text") }, "not a contact"),
);

/**
 * Reads the response of ReadContact.
 *
 * @throws {ServerError} If it is no contact.
 */
export function parseContact(value: unknown, details: () => ErrorDetails): Contact {
  schema.checkSchema(contactSchema(), value, details);
  return { contactId: value.ContactId, emailAddress: value.Email, json: value };
}
