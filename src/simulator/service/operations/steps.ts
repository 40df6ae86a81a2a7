import type { Account } from "../accounts/account.ts";
import { type ServiceResponse, emptyResponse } from "../wire/response.ts";
import { invalid } from "../wire/arguments.ts";
import { ZEROS } from "../wire/guid.ts";
import type { Call, Operation } from "../operation.ts";
import type { Sharing } from "../accounts/sharing.ts";
import { requirePublisher } from "./read-latest.ts";

/** A call of the publisher's side, with whose it is. */
export interface PublisherCall extends Call {
  readonly account: Account;
  readonly sharing: Sharing;
}

/** An operation that needs a publisher's session. If it returns nothing, the body is empty. */
/* @__NO_SIDE_EFFECTS__ */
export function publisherOperation(
  name: Operation["name"],
  answer: (call: PublisherCall) => ServiceResponse | undefined,
  group: Operation["group"] = "Publisher",
): Operation {
  return {
    name,
    group,
    methods: ["POST"],
    respond(call): ServiceResponse {
      call.given.requireWellFormed();
      const account = requirePublisher(call, call.given.guidAnywhere("sessionId"));
      return answer({ ...call, account, sharing: call.service.sharing.of(account) }) ?? emptyResponse();
    },
  };
}

/**
 * The query's serial number. Any well-formed one works, also one that nobody has heard of (PROTOCOL.md, "Replace the
 * receiver"); what that
 * is is not on record: receivers have two letters and eight digits, transmitters six of either.
 *
 * @throws Fault
 */
export function requireSerialNumber({ given }: Call): string {
  return checkSerialNumber(given.textAnywhere("serialNumber"), "serialNumber");
}

/** @throws Fault */
export function checkSerialNumber(value: unknown, name: string): string {
  if (typeof value !== "string" || !/^[A-Za-z\d]{6,16}$/.test(value)) throw invalid(name);
  return value;
}

/** Returns what the id names. The response to an unknown id is not on record. @throws {Fault} */
export function requireKnown<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw invalid(name);
  return found;
}

/** An id of the query or the body that may not be all zeros. @throws Fault, FrontRefusal */
export function requireId({ given }: Call, name: string): string {
  const id = given.guidAnywhere(name);
  if (id === ZEROS) throw invalid(name);
  return id;
}
