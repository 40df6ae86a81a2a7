import { elapsedMs, fromRealMs, type Clock } from "../clock.ts";
import type { CallLimit } from "../http/deadline.ts";
import type { CacheMethod, Emit } from "../events.ts";
import {
  lifetimeMs,
  parseRecord,
  storedRefusals,
  withoutFuture,
  withRefusal,
  type AccountRecord,
} from "./account-record.ts";
import { deriveFromPassword, deriveFromSecret } from "./entry-keys.ts";
import { LEASE_MS, StoreLease, type LeaseStore } from "./login-lease.ts";
import type { Refusal, StoredRefusal } from "./refusal.ts";
import { SealedEntry, type SealedStore } from "./sealed-entry.ts";
import { FoundSession, type LoginLease, type SessionBackend } from "./session-backend.ts";
import { callStorage, FAILED } from "./storage-call.ts";

/** Account that one client's session is bound to, and the client's clock and events. */
export interface SessionBinding {
  /** One of the two is there. */
  readonly username: string | undefined;
  readonly accountId: string | undefined;
  readonly password: string;
  readonly servicesUrl: string;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** The store of a backend. */
export interface SealedBackendOptions {
  readonly store: SealedStore;
  readonly ttlMs: number;
  /** Secrets of the store's owner, the current one first. Without one, keys come from the password. */
  readonly secrets: readonly Uint8Array<ArrayBuffer>[];
}

/** Upper bound for deriving a key. Fifty processes that start at once on two cores need seconds. */
const OPEN_TIMEOUT_MS = 10_000;
/**
 * Wait in short steps: after an event-loop stall, one long timer would fire before the response that already arrived,
 * and each process that gave up for that would post the password.
 */
const RESPONSE_STEP_MS = 500;
const RESPONSE_STEPS = 4;
/** Skip a failed store for a while, so that a hung store costs each call one timeout at most. */
const REST_MS = 5000;
/** Other processes change the record too, but not so often in a row. */
const MAX_TRIES = 5;

/**
 * Session of one account in a store that other processes use too. The id is kept in memory as well and used until the
 * service refuses it: the store is read if there is no id yet, and before a new login.
 */
export class SealedBackend implements SessionBackend {
  readonly #options: SealedBackendOptions;
  readonly #binding: SessionBinding;
  /** The record of the account with this password, under the current secret first. Its name is that of the lock too. */
  readonly #records: readonly SealedEntry[];
  /** With a secret: the lock-out of the account, whatever the password. */
  readonly #lockOuts: readonly SealedEntry[];
  #id: string | undefined;
  #generation = 0;
  #restsUntil = -Infinity;

  constructor(options: SealedBackendOptions, binding: SessionBinding) {
    const { store, secrets } = options;
    const { username, accountId = username, password, servicesUrl, clock } = binding;
    // An email in capitals is the same account.
    const account = accountId!.toLowerCase();
    this.#options = options;
    this.#binding = binding;
    const withSecrets = (parts: readonly string[]): SealedEntry[] =>
      secrets.map((secret) => new SealedEntry(store, clock, () => deriveFromSecret(secret, parts)));
    this.#lockOuts = withSecrets([servicesUrl, account]);
    this.#records =
      secrets.length > 0
        ? withSecrets([servicesUrl, account, password])
        : [new SealedEntry(store, clock, () => deriveFromPassword(password, `${servicesUrl}\n${account}`))];
  }

  async get(limit: CallLimit, refused: string | undefined): Promise<string | undefined> {
    if (this.#id === undefined || this.#id === refused) {
      const generation = this.#generation;
      const id = await this.#look(limit, refused);
      // A login may have ended meanwhile.
      if (generation === this.#generation) this.#id = id;
    }
    return this.#id;
  }

  async set(id: string, limit: CallLimit): Promise<void> {
    this.#id = id;
    this.#generation++;
    const before = this.#known();
    const heard = new Set(before.refusals?.map(({ writtenAt }) => writtenAt));
    await this.#update("set", limit, (record, now) => {
      // A process that lost its lease does not overwrite a newer session.
      if (record.id !== undefined && record.id !== before.id) return undefined;
      // The login voids what was heard before its posts.
      const refusals = record.refusals?.filter(({ writtenAt }) => !heard.has(writtenAt)) ?? [];
      return { id, acceptedAt: now, ...(refusals.length > 0 && { refusals }) };
    });
  }

  async deleteIfCurrent(id: string, limit: CallLimit): Promise<void> {
    if (this.#known().id !== id) return;
    await this.#update("clear", limit, ({ id: current, ...rest }) => (current === id ? rest : undefined));
  }

  async withLoginLock(
    { limit, refused }: { readonly limit: CallLimit; readonly refused: string | undefined },
    logIn: (lease: LoginLease) => Promise<string>,
  ): Promise<string> {
    const lease = new StoreLease(this.#leaseStore(refused), limit);
    try {
      return await logIn(lease);
    } catch (error) {
      if (!(error instanceof FoundSession)) throw error;
      this.#generation++;
      return (this.#id = error.id);
    } finally {
      await lease.release();
    }
  }

  async publishRefusal(refusal: Refusal, workedMsAgo: number, limit: CallLimit): Promise<void> {
    const [lockOut] = this.#lockOuts;
    if (refusal.code === "LOCKED_OUT" && lockOut) {
      await this.#update("set", limit, (record, now) => withRefusal(record, refusal, now), lockOut);
      return;
    }
    await this.#update("set", limit, (record, now) => {
      const acceptedAt = Math.max(record.acceptedAt ?? -Infinity, now - workedMsAgo);
      return { ...withRefusal(record, refusal, now), ...(Number.isFinite(acceptedAt) && { acceptedAt }) };
    });
  }

  workedMsAgo(): number {
    const { acceptedAt } = this.#known();
    return acceptedAt === undefined ? Infinity : Math.max(0, this.#binding.clock.now() - acceptedAt);
  }

  /** Returns the record as it was last read. Under a new secret there may be none yet. */
  #known(): AccountRecord {
    return parseRecord(this.#records.find(({ value }) => value !== undefined)?.value);
  }

  #refusals(): StoredRefusal[] {
    const now = this.#binding.clock.now();
    const lockOuts = this.#lockOuts.map(({ value }) => parseRecord(value));
    return [this.#known(), ...lockOuts].flatMap((record) => storedRefusals(record, now));
  }

  /** Reads what is stored. Returns the session id, unless it is the refused one. */
  async #look(limit: CallLimit, refused: string | undefined): Promise<string | undefined> {
    for (const entries of [this.#records, this.#lockOuts]) {
      for (const entry of entries) {
        await this.#ask("get", limit, entry, async () => this.#read(entry));
        if (entry.value !== undefined) break;
      }
    }
    const { id } = this.#known();
    return id === refused ? undefined : id;
  }

  /** Reads an entry, and mends the times that a clock far ahead has written. */
  async #read(entry: SealedEntry): Promise<void> {
    await entry.read();
    const now = this.#binding.clock.now();
    const record = parseRecord(entry.value);
    const mended = withoutFuture(record, now);
    if (mended !== record) await this.#write(entry, mended);
  }

  /**
   * Compares and sets, again if another process was quicker. `change` returns `undefined` to leave the record alone.
   */
  async #update(
    method: CacheMethod,
    limit: CallLimit,
    change: (record: AccountRecord, now: number) => AccountRecord | undefined,
    entry: SealedEntry = this.#records[0]!,
  ): Promise<void> {
    await this.#ask(method, limit, entry, async () => {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const record = change(parseRecord(entry.value), this.#binding.clock.now());
        if (!record || (await this.#write(entry, record))) return;
        await entry.read();
      }
    });
  }

  #write(entry: SealedEntry, record: AccountRecord): Promise<boolean> {
    const ttlMs = lifetimeMs(record, { now: this.#binding.clock.now(), ttlMs: this.#options.ttlMs });
    return entry.write(ttlMs > 0 ? record : undefined, Math.max(ttlMs, 0));
  }

  #leaseStore(refused: string | undefined): LeaseStore {
    const { store } = this.#options;
    const entry = this.#records[0]!;
    const lockName = async (): Promise<string> => `${(await entry.open()).name}-lock`;
    const swapLock = async (from: string | null, to: string | null): Promise<unknown> =>
      store.replace?.(await lockName(), from, to, LEASE_MS);
    return {
      clock: this.#binding.clock,
      swapLock: async (from, to, limit) => {
        if (to !== null || this.#isAwake()) return this.#ask("lock", limit, entry, () => swapLock(from, to));
        // Nobody waits for a store that has failed. But it may still do what was asked of it, so this is asked too.
        swapLock(from, to).catch(() => undefined);
        return FAILED;
      },
      isLockMissing: async (limit) =>
        (await this.#ask("lock", limit, entry, async () => store.get(await lockName()))) === null,
      look: (limit) => this.#look(limit, refused),
      refusals: () => this.#refusals(),
    };
  }

  #isAwake(): boolean {
    return elapsedMs(this.#binding.clock) >= this.#restsUntil;
  }

  async #ask(
    method: CacheMethod,
    limit: CallLimit,
    entry: SealedEntry,
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    if (!this.#isAwake()) return FAILED;
    const { clock } = this.#binding;
    const call = { method, limit, timeoutMs: OPEN_TIMEOUT_MS };
    let result: unknown = await callStorage(this.#binding, call, () => entry.open());
    if (result === FAILED) entry.close();
    else result = await callStorage(this.#binding, call, () => inTime(clock, work));
    if (result === FAILED) this.#restsUntil = elapsedMs(clock) + fromRealMs(clock, REST_MS);
    return result;
  }
}

/** Rejects if the store takes too long. */
async function inTime<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  const stepMs = fromRealMs(clock, RESPONSE_STEP_MS);
  const late = async (): Promise<never> => {
    for (let step = 0; step < RESPONSE_STEPS; step++) await clock.sleep(stepMs, done.signal);
    throw new Error("The store did not respond in time");
  };
  try {
    return await Promise.race([work(), late()]);
  } finally {
    done.abort(FAILED);
  }
}
