import { elapsedMs, type Clock } from "../clock.ts";
import { AccountError, DexcomError, errorForCaller, SessionError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { remainingMs, within, type CallLimit } from "../http/deadline.ts";
import type { Operation } from "../http/operation.ts";
import type { SecretList } from "../http/secret-list.ts";
import type { Transport } from "../http/transport.ts";
import { buildRequest } from "../wire/request.ts";
import { logInById, type LoginAccount, type LoginStrategy, type PasswordPost } from "./login.ts";
import { DAY_MS, isNewRefusal, type RefusalCode } from "./refusal.ts";
import { RefusalMemory, type Post, type RefusalKeys } from "./refusal-memory.ts";
import { ResilientCache } from "./resilient-cache.ts";
import type { LoginLease, SessionBackend } from "./session-backend.ts";
import type { SessionCache } from "./session-cache.ts";
import type { SessionStore } from "./session-store.ts";

export interface SessionOptions {
  /** One of the two is there. */
  readonly username: string | undefined;
  readonly accountId: string | undefined;
  readonly password: string;
  readonly applicationId: string;
  readonly servicesUrl: string;
  readonly cache: SessionCache | SessionStore;
  readonly ttlMs: number;
  /** Time of one login in all. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Secrets that no error and no event may repeat. */
  readonly secrets: SecretList;
}

/** A login on its way, for all callers who wait for it. */
interface Login extends CallLimit {
  session: Promise<string>;
  /** The new session id, while it is being stored. */
  id: string | null;
  /** The last post that the service accepted. */
  post?: Post;
  /** `true` once the service gave a session; a login may also end with the session of another process. */
  isNew: boolean;
}

/** A session id, and whether a new login gave it. */
interface Obtained {
  readonly id: string;
  readonly isNew: boolean;
}

/** Time from its deadline until a shared login is given up: on Workers, one of an earlier request may never settle. */
const STUCK_AFTER_MS = 1000;
const STUCK = Symbol("stuck");
/** A call uses this many session ids at most. */
const MAX_TRIES = 3;

/** The account's session: made by one login at a time, kept in the cache, replaced when the service refuses it. */
export class Session {
  readonly #transport: Pick<Transport, "send" | "fetch">;
  readonly #options: SessionOptions;
  readonly #logInWith: LoginStrategy;
  readonly #backend: SessionBackend;
  readonly #refusals: RefusalMemory;
  readonly #account: LoginAccount;
  #login: Login | undefined;
  /** Result of the last login, for callers that were reading the cache just then. */
  #latest: string | undefined;
  /** Number of logins that gave a session. */
  #generation = 0;
  /** When the credentials last worked, in elapsed milliseconds. */
  #workedAt = -Infinity;

  constructor(
    transport: Pick<Transport, "send" | "fetch">,
    options: SessionOptions,
    logInWith: LoginStrategy = logInById,
  ) {
    const { cache, username, accountId, deadlineMs } = options;
    this.#transport = transport;
    this.#options = options;
    this.#logInWith = logInWith;
    this.#account = { username, id: accountId };
    this.#backend = "bindSession" in cache ? cache.bindSession(options) : new ResilientCache(cache, options);
    this.#refusals = new RefusalMemory({ ...options, probeMs: deadlineMs });
  }

  /**
   * `true` if the credentials worked within the last day, for this client or another one of its store. A spell of
   * refusals counts from its first refusal, so credentials that worked until then stay `true` for a day of refusals.
   */
  get hasWorkedWithinDay(): boolean {
    return this.#workedMsAgo < DAY_MS;
  }

  get #workedMsAgo(): number {
    const ownMs = elapsedMs(this.#options.clock) - this.#workedAt;
    return Math.min(ownMs, this.#backend.workedMsAgo?.() ?? Infinity);
  }

  /**
   * Runs `work` with a session id. If the service refuses that id, runs it again: with the id that the cache holds by
   * then, or with the id of a new login. There is one new login at most.
   *
   * @throws {AccountError} If the login is refused, now or within the cool-down of an earlier refusal.
   */
  async use<T>(limit: CallLimit, work: (sessionId: string) => Promise<T>): Promise<T> {
    let refused: string | undefined;
    try {
      for (let tries = 1; ; tries++) {
        const { id, isNew } = await this.#obtain(limit, refused, tries < MAX_TRIES);
        this.#options.secrets.add(id);
        try {
          const result = await work(id);
          this.#workedAt = elapsedMs(this.#options.clock);
          await this.#backend.renewIfCurrent?.(id, limit);
          return result;
        } catch (error) {
          await this.#noteFailure(error, id, limit);
          if (tries === MAX_TRIES || (tries > 1 && isNew)) throw error;
          refused = id;
        }
      }
    } catch (error) {
      throw errorForCaller(error);
    }
  }

  /** @throws What `use` fails with, unless the service refused the session. */
  async #noteFailure(error: unknown, id: string, limit: CallLimit): Promise<void> {
    if (error instanceof SessionError) return;
    if (error instanceof AccountError && error.code === "LOCKED_OUT") {
      // A read can hear of a lock-out too. From then on nothing is posted for the account.
      await this.#refusals.prepare();
      const post = { keys: this.#refusalKeys(), login: limit, stored: [], sentAt: 0, isCautious: false };
      throw await this.#publish(post, error, { code: "LOCKED_OUT", limit });
    }
    // An outage is not idle time: else each call of one that is longer than the TTL would post the password.
    if (remainingMs(this.#options.clock, limit) > 0) await this.#backend.renewIfCurrent?.(id, limit);
    throw error;
  }

  /** Finds an id in the cache, or logs in. An id in memory comes without a promise: each read waits for it. */
  #obtain(limit: CallLimit, refused: string | undefined, mayUseCache: boolean): Obtained | Promise<Obtained> {
    const generation = this.#generation;
    const choose = (cached: string | undefined): Obtained | Promise<Obtained> => {
      if (cached !== undefined && cached !== refused && mayUseCache) return { id: cached, isNew: false };
      if (this.#generation !== generation) return { id: this.#latest!, isNew: true };
      return this.#logInOnce(limit, refused);
    };
    const found = this.#backend.get(limit, refused);
    return typeof found === "object" ? found.then(choose) : choose(found);
  }

  /** Joins the login that is on its way, or begins one. */
  async #logInOnce(limit: CallLimit, refused: string | undefined): Promise<Obtained> {
    const { clock } = this.#options;
    const generation = this.#generation;
    for (;;) {
      // That login has given the id that the service refuses by now.
      if (this.#login?.id === refused) this.#login = undefined;
      const login = this.#login;
      const patienceMs = login ? remainingMs(clock, login) + STUCK_AFTER_MS : Infinity;
      try {
        // Begun in there, because the caller may be gone by now, and then nobody wants a login.
        return await within(
          clock,
          limit,
          patienceMs,
          () => STUCK,
          async () => {
            const joined = (this.#login ??= this.#begin(refused));
            const id = await joined.session;
            return { id, isNew: joined.isNew };
          },
        );
      } catch (error) {
        if (error !== STUCK) throw error;
        if (this.#login === login) this.#login = undefined;
        // Another caller, who gave it up a moment before, may be done with a new one.
        else if (this.#generation !== generation) return { id: this.#latest!, isNew: true };
      }
    }
  }

  /** A login has its own deadline and nobody's signal: the callers share it, and each may leave. */
  #begin(refused: string | undefined): Login {
    const { clock, deadlineMs } = this.#options;
    const login = { endsAtElapsedMs: elapsedMs(clock) + deadlineMs, id: null, isNew: false } as Login;
    const logIn = (lease: LoginLease): Promise<string> => this.#logIn(login, refused, lease);
    login.session = this.#backend.withLoginLock({ limit: login, refused }, logIn).finally(() => {
      if (this.#login === login) this.#login = undefined;
    });
    return login;
  }

  async #logIn(login: Login, refused: string | undefined, lease: LoginLease): Promise<string> {
    if (refused !== undefined) await this.#backend.deleteIfCurrent(refused, login);
    await this.#refusals.prepare();
    const id = await this.#logInWith({
      account: this.#account,
      post: (request) => this.#post(request, login, lease),
    });
    if (login.post) this.#refusals.completed(login.post);
    login.isNew = true;
    this.#workedAt = elapsedMs(this.#options.clock);
    // A login that was overtaken must not store its session over the newer one.
    if (this.#login === login) {
      this.#generation++;
      this.#latest = login.id = id;
      await this.#backend.set(id, login);
    }
    this.#options.emit({ type: "login" });
    return id;
  }

  /** Sends one post that holds the password. */
  async #post({ operation, who, parse }: PasswordPost, login: Login, lease: LoginLease): Promise<string> {
    const { password, applicationId, secrets } = this.#options;
    if (who["accountId"] !== undefined) secrets.add(who["accountId"]);
    const sent: { post?: Post; isUndecided: boolean } = { isUndecided: false };
    const guarded: Operation<string> = {
      request: buildRequest(operation, { ...who, password, applicationId }),
      parse,
      beforePost: async () => {
        const stored = await lease.beforePost();
        sent.post = this.#refusals.begin(this.#refusalKeys(), login, stored);
      },
      onUndecided: () => {
        sent.isUndecided = true;
      },
      mayRepeat: () => !sent.post!.isCautious,
    };
    try {
      const id = await this.#transport.send(guarded, login);
      login.post = sent.post!;
      this.#refusals.accepted(login.post);
      return id;
    } catch (error) {
      const { post, isUndecided } = sent;
      if (!post) throw error;
      if (isNewRefusal(error)) throw await this.#publish(post, error, { code: error.code, limit: login });
      this.#refusals.release(post);
      if (!isUndecided || !(error instanceof DexcomError) || error instanceof AccountError) throw error;
      throw await this.#publish(post, error, { code: "LOGIN_UNDECIDED", limit: login });
    }
  }

  /** Remembers a refusal, here and in the store. Returns the error to throw: it says when the next post may be made. */
  async #publish(
    post: Post,
    failure: DexcomError,
    { code, limit }: { readonly code: RefusalCode; readonly limit: CallLimit },
  ): Promise<DexcomError> {
    const { refusal, error, isFirst } = this.#refusals.failed(post, failure, code);
    // A day of refusals counts from the first one, however long before that the credentials were used.
    if (code === "CREDENTIALS_REFUSED" && isFirst && this.hasWorkedWithinDay)
      this.#workedAt = elapsedMs(this.#options.clock);
    if (code !== "LOGIN_UNDECIDED") this.#options.emit({ type: "refused", error });
    await this.#backend.publishRefusal?.(refusal, this.#workedMsAgo, limit);
    return error;
  }

  #refusalKeys(): RefusalKeys {
    const { username, id } = this.#account;
    // An email in capitals is the same account.
    const accounts = [username, id].flatMap((account) => account?.toLowerCase() ?? []);
    return { scopes: [this.#transport.fetch, this.#options.cache], accounts };
  }
}
