import { jsonResponse } from "../wire/response.ts";
import { Fault } from "../wire/fault.ts";
import type { Operation } from "../operation.ts";
import { type Contact, REMOVED } from "../accounts/sharing.ts";
import { publisherOperation, type PublisherCall, requireId, requireKnown } from "./steps.ts";

/** PROTOCOL.md, "Contacts" */
export const doesContactExistByName: Operation = publisherOperation("DoesContactExistByName", (call) =>
  jsonResponse(String(findByName(call, call.given.textAnywhere("contactName")) !== undefined)),
);

/** PROTOCOL.md, "Contacts" */
export const createContact: Operation = publisherOperation("CreateContact", (call) => {
  const name = call.given.textAnywhere("contactName");
  const emailAddress = call.given.textAnywhere("emailAddress");
  refuseTaken(call, name, undefined);
  return jsonResponse(JSON.stringify(call.service.sharing.addContact(call.account, name, emailAddress).contactId));
});

/** Two keys of the response are on record (PROTOCOL.md, "Manage subscriptions"); the name is an inference. */
export const readContact: Operation = publisherOperation("ReadContact", (call) => {
  const { contactId, name, emailAddress } = requireContact(call);
  return jsonResponse(JSON.stringify({ ContactId: contactId, ContactName: name, Email: emailAddress }));
});

/** PROTOCOL.md, "Manage subscriptions" */
export const updateContactName: Operation = publisherOperation("UpdateContactName", (call) => {
  const contact = requireContact(call);
  const name = call.given.textAnywhere("contactName");
  refuseTaken(call, name, contact);
  contact.name = name;
  return undefined;
});

/** Removes what the contact could read, too (inference); PROTOCOL.md, "Contacts". */
export const deleteContact: Operation = publisherOperation("DeleteContact", (call) => {
  const { sharing, nowMs } = call;
  const contact = requireContact(call);
  sharing.contacts.delete(contact.contactId);
  for (const subscription of sharing.subscriptions) {
    if (subscription.contact !== contact) continue;
    subscription.state = REMOVED;
    subscription.modifiedMs = nowMs;
  }
  return undefined;
});

/** @throws Fault */
export function requireContact(call: PublisherCall): Contact {
  return requireKnown(call.sharing.contacts.get(requireId(call, "contactId")), "contactId");
}

function findByName({ sharing }: PublisherCall, name: string): Contact | undefined {
  return [...sharing.contacts.values()].find((contact) => contact.name === name);
}

function refuseTaken(call: PublisherCall, name: string, by: Contact | undefined): void {
  const other = findByName(call, name);
  if (other === undefined || other === by) return;
  throw new Fault("ContactNameAlreadyExists", "The contact name already exists for this account");
}
