import { parseJson, type Operation } from "../http/response.ts";
import type { Connection } from "../connection.ts";
import type { CallLimit } from "../http/deadline.ts";
import { DexcomError, NetworkError, ServerError, type DexcomErrorCode, type ErrorDetails } from "../errors.ts";
import type { RetryPolicy } from "../http/retry.ts";
import { OPERATIONS, type OperationName, type Repetition } from "./operations.ts";
import { explained, outcomeUnknown } from "./publisher-error.ts";

/** What is asked of an operation, and what to make of its answer. */
export interface Ask<T> {
  /** Besides the session id. */
  readonly query?: Readonly<Record<string, string>>;
  /** The JSON text to send, given the session id, which one operation has in the body. */
  readonly body?: ((sessionId: string) => string) | undefined;
  /** Whether the session id is in the body instead of the query. */
  readonly isSessionInBody?: boolean;
  readonly read?: (text: string) => unknown;
  readonly parse: (value: unknown, details: () => ErrorDetails) => T;
  /** What it is answered with where the service says that what is asked for is so already. */
  readonly done?: T;
}

/** Calls one operation of one account, within one call's time. */
export type Call = <T>(name: OperationName, ask: Ask<T>) => Promise<T>;

/**
 * What an attempt may be refused with because the one before it was done, though its answer was lost: a contact that is
 * deleted is no argument any more, and a new name is taken, by the contact itself.
 */
const MAYBE_OF_OWN_MAKING: readonly DexcomErrorCode[] = ["UNKNOWN_FAULT", "INVALID_ARGUMENT", "CONTACT_NAME_TAKEN"];

/** The two statuses with which a server says that it did not even begin. */
const TURNED_AWAY: readonly number[] = [429, 503];

/**
 * Calls of a connection within `limit`: their arguments travel in the query, as all clients of this side send them, and
 * each is repeated as the table allows.
 */
export function caller(connection: Connection, limit: CallLimit): Call {
  return <T>(name: OperationName, ask: Ask<T>): Promise<T> => {
    const [, , session] = connection;
    const attempts = new Attempts(name);
    const send = (sessionId: string): Promise<T> => sendOnce(connection, name, ask, limit, attempts, sessionId);
    return attempts.settle(session.use(limit, send), ask.done);
  };
}

/** A call that needs no session. */
export function callWithoutSession<T>(
  connection: Connection,
  name: OperationName,
  ask: Ask<T>,
  limit: CallLimit,
): Promise<T> {
  const attempts = new Attempts(name);
  return attempts.settle(sendOnce(connection, name, ask, limit, attempts, undefined), undefined);
}

/** Sends it with this session; more than once, where the table and the answers allow. */
async function sendOnce<T>(
  [settings, transport]: Connection,
  name: OperationName,
  { query, body, isSessionInBody = false, read, parse }: Ask<T>,
  limit: CallLimit,
  attempts: Attempts,
  sessionId: string | undefined,
): Promise<T> {
  const [group, repetition] = OPERATIONS[name];
  const inQuery = { ...(sessionId !== undefined && !isSessionInBody && { sessionId }), ...query };
  const search = new URLSearchParams(inQuery).toString();
  const operation: Operation<T> = {
    path: `${group}/${name}`,
    // What makes it a POST, and what errors keep back; it is sent in another form.
    ...(sessionId !== undefined && { body: { sessionId, ...query } }),
    fetch: async (url, init) => {
      const send = transport.fetch;
      attempts.began();
      // The one place where a session id is in an address: this side of the service knows no other (wire-protocol 5).
      const response = await send(search ? `${url as string}?${search}` : url, {
        ...init,
        body: body?.(sessionId!) ?? null,
      });
      if (TURNED_AWAY.includes(response.status)) attempts.decided();
      return response;
    },
    read,
    parse,
    retry: policyFor(repetition, settings.retry),
  };
  try {
    return await transport.send(operation, limit);
  } catch (error) {
    if (saysNo(error) && !TURNED_AWAY.includes(error.status!)) attempts.decided();
    throw error;
  }
}

/** What the service says with a fault is final, and faults come with HTTP 500. */
function policyFor(repetition: Repetition, policy: RetryPolicy): RetryPolicy {
  if (repetition === "read") return policy;
  if (repetition === "once") return { ...policy, retries: 1 };
  return { ...policy, retryOnStatuses: policy.retryOnStatuses.filter((status) => status !== 500) };
}

/** Whether the failure is the service's own word that it did nothing. */
function saysNo(error: unknown): error is DexcomError {
  if (!(error instanceof DexcomError) || error instanceof NetworkError) return false;
  if (!(error instanceof ServerError) || error.code === "UNKNOWN_FAULT") return true;
  return error.status !== undefined && error.status >= 400 && error.status < 500;
}

/** Keeps count of the attempts of one call of which nobody knows what came of them. */
class Attempts {
  readonly #name: OperationName;
  #open = 0;

  constructor(name: OperationName) {
    this.#name = name;
  }

  began(): void {
    this.#open++;
  }

  decided(): void {
    this.#open--;
  }

  /** The answer, or the error that it stands for on this side. */
  async settle<T>(work: Promise<T>, done: T | undefined): Promise<T> {
    const [, repetition, doneCode] = OPERATIONS[this.#name];
    try {
      return await work;
    } catch (error) {
      // An abort's reason, and a login's errors: no attempt is open, or nobody waits for what comes of it.
      if (!(error instanceof DexcomError)) throw error;
      const isFault = error.code === "UNKNOWN_FAULT";
      if (isFault && doneCode !== undefined && error.serverCode === doneCode) return done as T;
      const own = explained(error, this.#name);
      const isUnclear =
        repetition === "once" || (repetition === "repeatable" && MAYBE_OF_OWN_MAKING.includes(own.code));
      throw this.#open > 0 && isUnclear ? outcomeUnknown(error) : own;
    }
  }
}

/** A word, with or without quotation marks: the first description calls one answer plain text (wire-protocol 5.1). */
export function readWord(text: string): unknown {
  const word = text.trim();
  return /^[A-Za-z]+$/.test(word) ? word : parseJson(word);
}

/** An answer that is empty where all is well; a fault is JSON all the same. */
export function readNothing(text: string): unknown {
  return text.trim() === "" ? "" : parseJson(text);
}
