import type { Operation } from "../http/operation.ts";
import type { Clock } from "../clock.ts";
import { within, type CallLimit } from "../http/deadline.ts";
import { AccountError, SessionError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { GuardedCache } from "./resilient-cache.ts";
import { RefusalMemory, type RefusalKeys } from "./refusal-memory.ts";
import type { SessionCache } from "./session-cache.ts";
import type { SessionKeeper } from "./session-backend.ts";
import type { SessionStore } from "./session-store.ts";
import type { SecretList } from "../http/secret-list.ts";
import type { Transport } from "../http/transport.ts";
import { parseAccountId, parseSessionId } from "../wire/ids.ts";
import { authenticatePublisherAccount, loginPublisherAccountById, type OperationRow } from "../wire/operations.ts";
import { buildRequest } from "../wire/request.ts";

export interface SessionOptions {
  /** One of the two is there. */
  readonly username: string | undefined;
  readonly accountId: string | undefined;
  readonly password: string;
  readonly applicationId: string;
  readonly servicesUrl: string;
  readonly cache: SessionCache | SessionStore;
  readonly ttlMs: number;
  /** Of one login in all. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly emit: Emit;
  /** What no error and no event may repeat. */
  readonly secrets: SecretList;
}

/** What a session needs of a transport: a client that logs in otherwise puts its own way in between. */
export type LoginTransport = Pick<Transport, "send" | "fetch">;

/** A login on its way, for all who wait for it. */
interface Login extends CallLimit {
  session: Promise<string>;
  /** What it gave, while that is still being stored. */
  id: string | null;
}

/** How long after its own deadline a shared login is given up: on Workers one begun by an earlier request may never settle. */
const STUCK_AFTER_MS = 1000;
const STUCK = Symbol("stuck");

/** The account's session: made by one login at a time, kept in the cache, replaced when the service refuses it. */
export class Session {
  readonly #transport: LoginTransport;
  readonly #options: SessionOptions;
  readonly #keeper: SessionKeeper;
  readonly #refusals: RefusalMemory;
  /** Never changes for an account, so it is asked for once. */
  #accountId: string | undefined;
  #login: Login | undefined;
  /** What the last login gave, for callers that were reading the cache just then. */
  #latest: string | undefined;

  constructor(transport: LoginTransport, options: SessionOptions) {
    const { cache, ttlMs, clock, emit, servicesUrl, password, deadlineMs } = options;
    this.#transport = transport;
    this.#options = options;
    this.#accountId = options.accountId;
    this.#keeper = "bindSession" in cache ? cache.bindSession(options) : new GuardedCache(cache, ttlMs, clock, emit);
    this.#refusals = new RefusalMemory(clock, servicesUrl, password, deadlineMs);
  }

  /** Whether the service has taken the credentials from this client, or from one that shares its store. */
  get hasLoggedIn(): boolean {
    return !!(this.#latest ?? this.#keeper.hasOpened);
  }

  /**
   * `true` if the credentials worked within the last day, for this client or another one of its store. A spell of
   * refusals counts from its first refusal, so credentials that worked until then stay `true` for a day of refusals.
   */
  get hasWorkedWithinDay(): boolean {
    return this.hasLoggedIn;
  }

  /**
   * Runs `work` with a session id, and again with another where the service refuses that one: with the id that the cache
   * holds by then, if it is another, else with one of a new login. There is one new login at most.
   *
   * @throws {AccountError} where the login is refused, now or within the cool-down of an earlier refusal.
   */
  async use<T>(limit: CallLimit, work: (sessionId: string) => Promise<T>): Promise<T> {
    let refused: string | undefined;
    for (let tries = 1; ; tries++) {
      const { id, isNew } = await this.#obtain(limit, refused, tries < 3);
      this.#options.secrets.add(id);
      try {
        const result = await work(id);
        await this.#keeper.renew?.(id, limit);
        return result;
      } catch (error) {
        // A lock-out can be heard of here too; from then on nothing is posted for the account.
        if (error instanceof AccountError && error.code === "LOCKED_OUT") throw await this.#refused(error, limit);
        if (!(error instanceof SessionError)) {
          // An outage is no idleness: else each call of one that outlasts the TTL would post the password.
          if (this.#options.clock.now() < limit.endsAt) await this.#keeper.renew?.(id, limit);
          throw error;
        }
        if (tries === 3 || (tries === 2 && isNew)) throw error;
        refused = id;
      }
    }
  }

  async #obtain(
    limit: CallLimit,
    refused: string | undefined,
    mayUseCache: boolean,
  ): Promise<{ id: string; isNew: boolean }> {
    const latest = this.#latest;
    const cached = await this.#keeper.get(limit, refused);
    if (cached !== undefined && cached !== refused && mayUseCache) return { id: cached, isNew: false };
    if (this.#latest !== latest) return { id: this.#latest!, isNew: true };
    return { id: await this.#logInOnce(limit, refused), isNew: true };
  }

  /** Joins the login that is on its way, or begins one. */
  async #logInOnce(limit: CallLimit, refused: string | undefined): Promise<string> {
    const { clock } = this.#options;
    const latest = this.#latest;
    for (;;) {
      // Joining it would give once more what the service has refused since.
      if (this.#login?.id === refused) this.#login = undefined;
      const login = this.#login;
      const patienceMs = login ? login.endsAt + STUCK_AFTER_MS - clock.now() : Infinity;
      try {
        // Begun in there, because the caller may be gone by now, and then nobody wants a login.
        return await within(
          clock,
          limit,
          patienceMs,
          () => STUCK,
          () => (this.#login ??= this.#begin(refused)).session,
        );
      } catch (error) {
        if (error !== STUCK) throw error;
        if (this.#login === login) this.#login = undefined;
        // Another caller, who gave it up a moment before, may be done with a new one.
        else if (this.#latest !== latest) return this.#latest!;
      }
    }
  }

  /** A login has its own deadline and nobody's signal: the callers share it, and each may leave. */
  #begin(refused: string | undefined): Login {
    const { clock, deadlineMs } = this.#options;
    const login = { endsAt: clock.now() + deadlineMs, id: null } as Login;
    const logIn = (): Promise<string> => this.#logIn(login, refused);
    login.session = (this.#keeper.alone?.(login, refused, logIn) ?? logIn()).finally(() => {
      if (this.#login === login) this.#login = undefined;
    });
    return login;
  }

  async #logIn(login: Login, refused: string | undefined): Promise<string> {
    if (refused !== undefined) await this.#keeper.drop(refused, login);
    await this.#refusals.prepare();
    this.#refusals.learnt = (await this.#keeper.refusals?.(login)) ?? [];
    const { username } = this.#options;
    this.#accountId ??= await this.#post(
      authenticatePublisherAccount,
      { accountName: username },
      parseAccountId,
      login,
    );
    const id = await this.#post(loginPublisherAccountById, { accountId: this.#accountId }, parseSessionId, login);
    // One that was overtaken must not store its session over the newer one.
    if (this.#login === login) {
      this.#latest = login.id = id;
      await this.#keeper.set(id, login);
    }
    this.#options.emit({ type: "login" });
    return id;
  }

  /** One of the two posts that hold the password. */
  async #post(
    operation: OperationRow,
    who: Readonly<Record<string, string | undefined>>,
    parse: Operation<string>["parse"],
    limit: CallLimit,
  ): Promise<string> {
    const { password, applicationId } = this.#options;
    const keys = this.#refusalKeys();
    const beforePost = (): void => {
      this.#refusals.check(keys, limit);
    };
    const request = buildRequest(operation, { ...who, password, applicationId });
    try {
      const id = await this.#transport.send({ request, parse, beforePost }, limit);
      this.#refusals.accepted(keys);
      return id;
    } catch (error) {
      this.#refusals.undecided(keys, limit);
      // Without an attempt it is a refusal remembered, not a new one.
      throw error instanceof AccountError && error.attempts ? await this.#refused(error, limit) : error;
    }
  }

  async #refused(answer: AccountError, limit: CallLimit): Promise<AccountError> {
    const refusal = this.#refusals.refused(this.#refusalKeys(), answer);
    const { error } = refusal;
    this.#options.emit({ type: "refused", error });
    await this.#keeper.refuse?.(refusal, limit);
    return error;
  }

  #refusalKeys(): RefusalKeys {
    // In one case: an email in capitals is the same account.
    const accounts = [this.#options.username, this.#accountId].flatMap((account) => account?.toLowerCase() ?? []);
    return { scopes: [this.#transport.fetch, this.#options.cache], accounts };
  }
}
