import { askCache, FAILED } from "./storage-call.ts";
import type { Clock } from "../clock.ts";
import type { CallLimit } from "../http/deadline.ts";
import { AccountError, type DexcomErrorCode, type ErrorDetails } from "../errors.ts";
import type { CacheMethod, Emit } from "../events.ts";
import { LONGEST_WAIT_MS, type Refusal } from "./refusal-memory.ts";
import { SealedEntry, type SealedStore } from "./sealed-entry.ts";
import type { SessionKeeper } from "./session-backend.ts";
import { isId } from "../wire/ids.ts";

/** What one client's session is bound to, and how that client waits and tells. */
export interface SessionBinding {
  /** One of the two is there. */
  readonly username: string | undefined;
  readonly accountId: string | undefined;
  readonly password: string;
  readonly servicesUrl: string;
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** A refusal as the store has it: with what is needed to throw its error again. */
interface KnownRefusal {
  readonly until: number;
  readonly waitMs: number;
  readonly error: ErrorDetails & { readonly code: DexcomErrorCode; readonly message: string };
}

const LOCKED_OUT = "LOCKED_OUT";
/** For deriving a key: on two cores under fifty processes that start at once it takes seconds. Nothing may take longer. */
const OPEN_TIMEOUT_MS = 10_000;
/**
 * For a question to the store, in steps: where a process was held up for seconds its timer is due before the answer that
 * has long come is looked at, and each process that gave up for that would post the password.
 */
const ANSWER_STEP_MS = 500;
const ANSWER_STEPS = 4;
/** For how long a store that has failed is left alone: one that hangs shall cost a call one time-out, not one for each question. */
const REST_MS = 5000;
/** How much of a login's deadline its lock lasts: whoever waits behind a dead holder has the rest for a login of its own. */
const LOCK_SHARE = 1 / 2;
/** How much of it a lock is waited for: longer than any lasts, so that it takes a store without sense to get this far. */
const PATIENCE_SHARE = 2 / 3;
/** Between two looks of a process that waits: at first, and at most. Fifty that look often keep the one that logs in from its work. */
const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 1000;

/**
 * One account's session in a store that other processes use too. The id is kept in memory as well, and used until the
 * service refuses it: the store is asked where there is none yet, and before a new one is made.
 */
export class SealedSession implements SessionKeeper {
  readonly #store: SealedStore;
  readonly #ttlMs: number;
  readonly #options: SessionBinding;
  /** Of the account with this password: the session, or the refusal in its place. Its name is that of the lock too. */
  readonly #own: SealedEntry;
  /** Of the account, whatever the password: the lock-out. */
  readonly #account: SealedEntry;
  #id: string | undefined;
  hasOpened = false;
  #restsUntil = 0;

  constructor(store: SealedStore, ttlMs: number, options: SessionBinding) {
    const { username, accountId = username, password, servicesUrl, clock } = options;
    // In one case: an email in capitals is the same account.
    const account = accountId!.toLowerCase();
    this.#store = store;
    this.#ttlMs = ttlMs;
    this.#options = options;
    this.#own = new SealedEntry(store, password, `${servicesUrl}\n${account}`, clock);
    this.#account = new SealedEntry(store, account, servicesUrl, clock);
  }

  async get(limit: CallLimit, refused: string | undefined): Promise<string | undefined> {
    if (this.#id === undefined || this.#id === refused) {
      const before = this.#id;
      const known = await this.#ask("get", limit, this.#own, (own) => own.read());
      const id = idIn(known);
      if (id !== undefined) this.hasOpened = true;
      // A login may have ended meanwhile.
      if (this.#id === before) this.#id = id === refused ? undefined : id;
    }
    return this.#id;
  }

  async set(id: string, limit: CallLimit): Promise<void> {
    this.#id = id;
    await this.#ask("set", limit, this.#own, (own) => own.write({ id }, this.#ttlMs));
  }

  async drop(id: string, limit: CallLimit): Promise<void> {
    if (idIn(this.#own.value) === id) {
      await this.#ask("clear", limit, this.#own, (own) => own.write(undefined, 0));
    }
  }

  /**
   * One process at a time, where the store can tell them apart. The others wait, and look for what the one has stored,
   * until its lock has lapsed and a little longer.
   */
  async alone(limit: CallLimit, refused: string | undefined, logIn: () => Promise<string>): Promise<string> {
    const { clock, deadlineMs } = this.#options;
    const token = String(Math.random());
    const patienceEnds = clock.now() + deadlineMs * PATIENCE_SHARE;
    const lock = (): Promise<unknown> => this.#swapLock(null, token);
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 1.5, LONGEST_POLL_MS)) {
      // Without the lock, because no post will come of it.
      if (this.#isRefused()) return logIn();
      const isMine = await this.#ask("lock", limit, this.#own, lock);
      if (isMine !== false || clock.now() >= patienceEnds) break;
      // At random, or all would look at once.
      await clock.sleep(pollMs * (0.5 + Math.random() / 2));
      const id = await this.get(limit, refused);
      if (id !== undefined) return id;
    }
    try {
      return (await this.get(limit, refused)) ?? (await logIn());
    } finally {
      await this.#unlock(token);
    }
  }

  async refusals(limit: CallLimit): Promise<readonly Refusal[]> {
    const lockOut = await this.#ask("get", limit, this.#account, (account) => account.read());
    return [this.#own.value, lockOut].filter(isKnownRefusal).map((known) => this.#learn(known));
  }

  async refuse({ until, waitMs, error }: Refusal, limit: CallLimit): Promise<void> {
    const { code, message, status, serverCode, traceId } = error;
    const entry = code === LOCKED_OUT ? this.#account : this.#own;
    const known: KnownRefusal = { until, waitMs, error: { code, message, status, serverCode, traceId } };
    // Longer than it holds, because the next refusal doubles it.
    await this.#ask("set", limit, entry, () => entry.write(known, waitMs + LONGEST_WAIT_MS));
  }

  #learn({ until, waitMs, error }: KnownRefusal): Refusal {
    return {
      servicesUrl: this.#options.servicesUrl,
      accounts: [],
      credential: error.code === LOCKED_OUT ? undefined : "the same",
      // Another machine's clock may be fast.
      until: Math.min(until, this.#options.clock.now() + waitMs),
      probe: undefined,
      waitMs,
      error: new AccountError(error.code, error.message, error),
    };
  }

  async #swapLock(from: string | null, to: string | null): Promise<unknown> {
    const { name } = await this.#own.open();
    return this.#store.replace?.(`${name}-lock`, from, to, this.#options.deadlineMs * LOCK_SHARE);
  }

  async #unlock(token: string): Promise<void> {
    const unlock = (): Promise<unknown> => this.#swapLock(token, null);
    // Not by the login's limit: its time may be up.
    if (this.#isAwake()) await this.#ask("lock", { endsAt: Infinity }, this.#own, unlock);
    // Nobody waits for a store that has failed. But what was asked of it may be done yet, when it is back: so this too.
    else unlock().catch(() => undefined);
  }

  /** Whether these credentials are among those that may not be posted yet. */
  #isRefused(): boolean {
    const { value } = this.#own;
    return isKnownRefusal(value) && value.until > this.#options.clock.now();
  }

  #isAwake(): boolean {
    return this.#options.clock.now() >= this.#restsUntil;
  }

  async #ask(
    method: CacheMethod,
    limit: CallLimit,
    entry: SealedEntry,
    work: (entry: SealedEntry) => Promise<unknown>,
  ): Promise<unknown> {
    if (!this.#isAwake()) return FAILED;
    let result: unknown = await askCache(this.#options, method, limit, () => entry.open(), OPEN_TIMEOUT_MS);
    if (result === FAILED) entry.close();
    else
      result = await askCache(
        this.#options,
        method,
        limit,
        () => inTime(this.#options.clock, () => work(entry)),
        OPEN_TIMEOUT_MS,
      );
    if (result === FAILED) this.#restsUntil = this.#options.clock.now() + REST_MS;
    return result;
  }
}

/** Rejects when the store has had its time. */
async function inTime<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = async (): Promise<never> => {
    for (let step = 0; step < ANSWER_STEPS; step++) await clock.sleep(ANSWER_STEP_MS, done.signal);
    throw new Error("The store takes too long");
  };
  try {
    return await Promise.race([work(), late()]);
  } finally {
    done.abort(FAILED);
  }
}

/** The session id in a value of the store's; all that was opened was sealed by a client with the same secret, but maybe of another version. */
function idIn(value: unknown): string | undefined {
  const { id } = Object(value) as { id?: unknown };
  return isId(id) ? id : undefined;
}

function isKnownRefusal(value: unknown): value is KnownRefusal {
  return (Object(value) as { error?: unknown }).error instanceof Object;
}
