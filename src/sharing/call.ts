import type { Connection } from "../connection.ts";
import { DexcomError, errorForCaller, type DexcomErrorCode, type ErrorDetails } from "../errors.ts";
import type { CallLimit } from "../http/deadline.ts";
import { parseJson } from "../http/response.ts";
import type { SharingRow } from "../wire/operations.ts";
import { buildSharingRequest, type OperationArguments } from "../wire/request.ts";
import { parseNothing } from "../wire/responses.ts";
import { explained, outcomeUnknown, publisherFault } from "./publisher-error.ts";

/** Arguments of an operation, and how to read its response. */
export interface CallSpec<T> {
  /** Besides the session id. */
  readonly args?: OperationArguments | undefined;
  readonly read?: ((text: string) => unknown) | undefined;
  readonly parse: (value: unknown, details: () => ErrorDetails) => T;
  /** Result if the service says that the requested state already exists. */
  readonly done?: T;
}

/** Calls an operation of one account, within one call's time. */
export type Call = <T>(operation: SharingRow, spec: CallSpec<T>) => Promise<T>;

/**
 * Errors that a repeated request may get because an earlier attempt succeeded and its response was lost. A deleted
 * contact can't be deleted again, and the name of a new contact is taken by the contact itself.
 */
const MAYBE_OWN_DOING: readonly DexcomErrorCode[] = ["UNKNOWN_FAULT", "INVALID_ARGUMENT", "CONTACT_NAME_TAKEN"];

/** Makes calls of a connection within `limit`. Each is repeated as its row in the table of operations allows. */
export function caller(connection: Connection, limit: CallLimit): Call {
  return (operation, spec) =>
    settle(operation, spec, (onUndecided) =>
      connection.session.use(limit, (sessionId) =>
        connection.transport.send(
          {
            request: buildSharingRequest(operation, { ...spec.args, sessionId }),
            read: spec.read,
            parse: spec.parse,
            faultOf: publisherFault,
            onUndecided,
          },
          limit,
        ),
      ),
    );
}

/** Calls an operation that needs no session. */
export function callWithoutSession<T>(
  { transport }: Connection,
  operation: SharingRow,
  { args, read, parse, limit }: CallSpec<T> & { readonly limit: CallLimit },
): Promise<T> {
  return settle(operation, { parse }, (onUndecided) =>
    transport.send(
      { request: buildSharingRequest(operation, args), read, parse, faultOf: publisherFault, onUndecided },
      limit,
    ),
  );
}

/** Waits for a result. Turns a failure into an error of this side of the service. */
async function settle<T>(
  operation: SharingRow,
  spec: CallSpec<T>,
  send: (onUndecided: () => void) => Promise<T>,
): Promise<T> {
  let undecidedAttempts = 0;
  try {
    return await send(() => undecidedAttempts++);
  } catch (error) {
    // Anything else is the reason of an abort.
    if (!(error instanceof DexcomError)) throw error;
    const { repetition, doneCode } = operation;
    const isDone = doneCode !== undefined && error.serverCode === doneCode;
    if (isDone && "done" in spec) return spec.done;
    const own = explained(error, operation);
    const mayBeDone = repetition === "once" || (repetition === "repeatable" && MAYBE_OWN_DOING.includes(own.code));
    throw undecidedAttempts > 0 && mayBeDone ? outcomeUnknown(error) : errorForCaller(own);
  }
}

/** Reads a word with or without quotation marks: the first description of the service calls one response plain text. */
export function readWord(text: string): unknown {
  const word = text.trim();
  return /^[A-Za-z]+$/.test(word) ? word : parseJson(word);
}

/** Reads a response that is empty on success. */
export const EMPTY_RESPONSE: Required<Pick<CallSpec<void>, "read" | "parse">> = {
  read: readNothing,
  parse: parseNothing,
};

/** Reads an empty response. A fault is JSON all the same. */
function readNothing(text: string): unknown {
  return text.trim() === "" ? "" : parseJson(text);
}
