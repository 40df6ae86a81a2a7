import type { Clock } from "../clock.ts";
import { replayError, type AccountError } from "../errors.ts";

/** How long a refused credential, or a locked account, is left alone. The service's own lock lasts about as long (wire-protocol 14). */
const FIRST_WAIT_MS = 600_000;
/** Each further refusal of one credential doubles the wait up to this. */
export const LONGEST_WAIT_MS = 3_600_000;

/** One refusal of a password, or one lock-out of an account. */
export interface Refusal {
  readonly servicesUrl: string;
  /** The name and the id of the account, as far as known. Empty once the refusal is void. */
  accounts: readonly string[];
  /** Whose digest was refused; `undefined` where the account is locked, whatever the password. */
  readonly credential: string | undefined;
  /** No post before this moment, */
  until: number;
  /** except by the login that is probing. */
  probe: object | undefined;
  readonly waitMs: number;
  readonly error: AccountError;
}

/**
 * Refusals by fetch function and by cache object, for as long as those live. Handlers that build a client for each
 * request must not post a refused password each time; tests with a fetch of their own must not see each other.
 */
const memories = new WeakMap<object, Refusal[]>();

/** Drawn on first use: Workers forbid random numbers at module scope. */
let salt: Uint8Array<ArrayBuffer> | undefined;

/** A digest by which a password is known again without being kept; it is worth nothing outside this process. */
async function digest(password: string): Promise<string> {
  salt ??= crypto.getRandomValues(new Uint8Array(16));
  const bytes = new Uint8Array([...salt, ...new TextEncoder().encode(password)]);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
}

/** What refusals are remembered for: the objects that remember, and the names and ids of the one account. */
export interface RefusalKeys {
  readonly scopes: readonly object[];
  readonly accounts: readonly string[];
}

/** Keeps one password of one host from being posted again too early after it was refused. */
export class RefusalMemory {
  readonly #clock: Clock;
  readonly #servicesUrl: string;
  readonly #probeMs: number;
  readonly #digest: () => Promise<string>;
  #credential: string | undefined;
  /** What other processes were refused of this account and password. */
  learnt: readonly Refusal[] = [];

  /** @param probeMs How long a probe may take: when a wait is over one post is made, and none beside it until it is decided. */
  constructor(clock: Clock, servicesUrl: string, password: string, probeMs: number) {
    this.#clock = clock;
    this.#servicesUrl = servicesUrl;
    this.#probeMs = probeMs;
    this.#digest = () => digest(password);
  }

  /** To be awaited before anything else: digests are asynchronous. */
  async prepare(): Promise<void> {
    if (this.#credential !== undefined) return;
    // Pages without TLS have no `subtle`: there each client remembers for itself.
    const hasDigest = (globalThis.crypto as typeof crypto | undefined)?.subtle !== undefined;
    const work = hasDigest ? this.#digest() : Promise.resolve(String(Math.random()));
    this.#credential = await (this.#clock.hold?.(work) ?? work);
  }

  /**
   * To be called right before a post, by the login `probe`.
   *
   * @throws {AccountError} the remembered one, with the time that is left, where the post is too early.
   */
  check(keys: RefusalKeys, probe: object): void {
    const now = this.#clock.now();
    const found = this.#find(keys).filter((refusal) => refusal.probe !== probe);
    const last = found.sort((a, b) => b.until - a.until)[0];
    if (last && last.until > now) throw replayError(last.error, { attempts: 0, retryAfterMs: last.until - now });
    for (const refusal of found) {
      refusal.until = now + this.#probeMs;
      refusal.probe = probe;
    }
  }

  /** The post was refused. Its error is to be thrown: it says when the next one may be made. */
  refused(keys: RefusalKeys, answer: AccountError): Refusal {
    const now = this.#clock.now();
    const isLock = answer.code === "LOCKED_OUT";
    const waited = isLock
      ? 0
      : Math.max(0, ...this.#find(keys).map(({ credential, waitMs }) => (credential ? waitMs : 0)));
    // Never earlier than told, where the service says when.
    const waitMs = Math.max(answer.retryAfterMs ?? 0, Math.min(waited * 2 || FIRST_WAIT_MS, LONGEST_WAIT_MS));
    const error = replayError(answer, { attempts: answer.attempts, retryAfterMs: waitMs });
    // Where the password was looked at, the account is not locked any more; of a lock the passwords know nothing.
    if (!isLock) this.accepted(keys);
    const refusal: Refusal = {
      servicesUrl: this.#servicesUrl,
      accounts: keys.accounts,
      credential: isLock ? undefined : this.#credential,
      until: now + waitMs,
      probe: undefined,
      waitMs,
      error,
    };
    for (const scope of keys.scopes) {
      const live = memories.get(scope)?.filter((old) => old.accounts.length > 0 && old.until + LONGEST_WAIT_MS > now);
      memories.set(scope, [...(live ?? []), refusal]);
    }
    return refusal;
  }

  /** The post was accepted: what was remembered is void. */
  accepted(keys: RefusalKeys): void {
    this.learnt = [];
    for (const refusal of this.#find(keys)) refusal.accounts = [];
  }

  /** The post got no answer that decides: another login may probe. */
  undecided(keys: RefusalKeys, probe: object): void {
    for (const refusal of this.#find(keys)) {
      if (refusal.probe === probe) refusal.until = this.#clock.now();
    }
  }

  #find({ scopes, accounts }: RefusalKeys): Refusal[] {
    const found = scopes.flatMap((scope) => memories.get(scope) ?? []);
    const own = [...new Set(found)].filter(
      ({ servicesUrl, accounts: refused, credential = this.#credential }) =>
        servicesUrl === this.#servicesUrl &&
        credential === this.#credential &&
        refused.some((account) => accounts.includes(account)),
    );
    return own.concat(this.learnt);
  }
}
