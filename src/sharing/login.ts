import type { Operation } from "../http/operation.ts";
import type { CallLimit } from "../http/deadline.ts";
import { ServerError } from "../errors.ts";
import type { LoginTransport } from "../session/session.ts";
import { parseAccountId, parseSessionId } from "../wire/ids.ts";
import {
  authenticatePublisherAccount,
  loginPublisherAccountByName,
  loginSubscriberAccount,
  type OperationRow,
} from "../wire/operations.ts";
import { buildRequest, type OperationArguments } from "../wire/request.ts";

/** A follower logs in by an operation of its own, with the arguments of the usual second step (wire-protocol 7.1). */
export class SubscriberLogin implements LoginTransport {
  readonly #transport: LoginTransport;

  constructor(transport: LoginTransport) {
    this.#transport = transport;
  }

  get fetch(): typeof fetch {
    return this.#transport.fetch;
  }

  send<T>(operation: Operation<T>, limit: CallLimit): Promise<T> {
    return this.#transport.send(
      { ...operation, request: buildRequest(loginSubscriberAccount, argsOf(operation)) },
      limit,
    );
  }
}

/**
 * Stands between a session and its transport, and makes the login's two steps in one, by LoginPublisherAccountByName.
 * Since 2020 that answers zeros, with status 200, for more and more accounts (wire-protocol 3.3): those are taken for a
 * failure, the usual two steps follow, and the one step is not tried again, because each try posts the password.
 */
export class ByNameLogin implements LoginTransport {
  readonly #transport: LoginTransport;
  readonly #accountName: string;
  #answersZeros = false;
  /** The session id of the one step, from where the session makes its first step to where it makes its second. */
  #pending: string | undefined;
  /** Where the usual first step was made while the session was at its second. */
  #accountId: string | undefined;

  constructor(transport: LoginTransport, accountName: string) {
    this.#transport = transport;
    this.#accountName = accountName;
  }

  get fetch(): typeof fetch {
    return this.#transport.fetch;
  }

  /** Answers the session's first step with what the second one then takes as it is: an id is an id to it. */
  async send<T>(operation: Operation<T>, limit: CallLimit): Promise<T> {
    const isFirstStep = operation.request.operation === authenticatePublisherAccount;
    if (!this.#answersZeros) {
      const sessionId = this.#pending ?? (await this.#byName(operation, limit));
      this.#pending = isFirstStep ? sessionId : undefined;
      if (sessionId !== undefined) return sessionId as T;
      this.#answersZeros = true;
      if (!isFirstStep)
        this.#accountId = await this.#post(operation, authenticatePublisherAccount, parseAccountId, limit);
    }
    const accountId = this.#accountId;
    const isOwn = isFirstStep || accountId === undefined;
    if (isOwn) return this.#transport.send(operation, limit);
    const request = buildRequest(operation.request.operation, { ...argsOf(operation), accountId });
    return this.#transport.send({ ...operation, request }, limit);
  }

  async #byName(operation: Operation<unknown>, limit: CallLimit): Promise<string | undefined> {
    try {
      return await this.#post(operation, loginPublisherAccountByName, parseSessionId, limit);
    } catch (error) {
      if (error instanceof ServerError && error.code === "DEFAULT_ID") return undefined;
      throw error;
    }
  }

  /** Another post of the same login, as guarded as the one that it comes before. */
  #post(
    operation: Operation<unknown>,
    row: OperationRow,
    parse: Operation<string>["parse"],
    limit: CallLimit,
  ): Promise<string> {
    const request = buildRequest(row, { ...argsOf(operation), accountName: this.#accountName });
    return this.#transport.send({ ...operation, request, parse }, limit);
  }
}

/** The arguments that the session gave. */
function argsOf({ request }: Operation<unknown>): OperationArguments {
  return JSON.parse(request.body!) as OperationArguments;
}
