import { elapsedMs, type Clock } from "../clock.ts";
import { replayError, type DexcomError } from "../errors.ts";
import { coolDownMs, refusalError, type Refusal, type RefusalCode, type StoredRefusal } from "./refusal.ts";
import { digestPassword, memoryOf, sharedState, type RememberedRefusal } from "./shared-state.ts";

/** An old refusal is kept so long after its cool-down, so that the next one doubles it. */
const KEEP_MS = 3_600_000;

/** The objects that remember a refusal, and the name and id of the account as far as known, in lower case. */
export interface RefusalKeys {
  readonly scopes: readonly object[];
  readonly accounts: readonly string[];
}

/** One post of the password, from before it is sent. */
export interface Post {
  readonly keys: RefusalKeys;
  readonly login: object;
  readonly stored: readonly StoredRefusal[];
  /** Position in the order of all posts and responses of this process. */
  readonly sentAt: number;
  /** `true` if an earlier login is still undecided: then the call posts the password only once. */
  readonly isCautious: boolean;
}

interface RefusalMemoryOptions {
  readonly clock: Clock;
  readonly servicesUrl: string;
  readonly password: string;
  /** Time of the one login after a cool-down, before another one may try. */
  readonly probeMs: number;
}

/** Keeps one password of one host from being posted too early after it was refused. */
export class RefusalMemory {
  readonly #options: RefusalMemoryOptions;
  #credential: string | undefined;

  constructor(options: RefusalMemoryOptions) {
    this.#options = options;
  }

  /** Must be awaited first: digests are asynchronous. */
  async prepare(): Promise<void> {
    if (this.#credential !== undefined) return;
    const { clock, password } = this.#options;
    // Pages without TLS have no `subtle`. There each client remembers for itself.
    const hasDigest = (globalThis.crypto as typeof crypto | undefined)?.subtle !== undefined;
    const work = hasDigest ? digestPassword(password) : Promise.resolve(String(Math.random()));
    this.#credential = await (clock.hold?.(work) ?? work);
  }

  /**
   * Registers a post of `login` that is about to be sent.
   *
   * @param stored Refusals that other processes have heard of.
   * @throws {AccountError | NetworkError} If it is too early: the refusal again, with the time that is left.
   */
  begin(keys: RefusalKeys, login: object, stored: readonly StoredRefusal[]): Post {
    this.#linkNames(keys);
    const found = this.#find(keys);
    const known = [...stored, ...found.map((refusal) => ({ ...refusal, leftMs: leftMs(refusal, login) }))];
    const [last] = known.sort((a, b) => b.leftMs - a.leftMs);
    if (last && last.leftMs > 0) throw refusalError(last);
    for (const refusal of found) {
      refusal.probe = { login, endsAt: elapsedMs(refusal.clock) + this.#options.probeMs };
    }
    const isCautious = known.some(({ code }) => code === "LOGIN_UNDECIDED");
    return { keys, login, stored, sentAt: nextPosition(), isCautious };
  }

  /** Notes that the service took the password: earlier refusals are void. */
  accepted(post: Post): void {
    this.#void(post, (code) => code !== "LOGIN_UNDECIDED");
  }

  /** Notes that the login gave a session: earlier undecided ones are void. */
  completed(post: Post): void {
    this.#void(post, () => true);
  }

  /**
   * Notes that the post was refused, or is undecided.
   *
   * @returns The refusal for other processes, the error to throw, and whether it is the first in a row.
   */
  failed(
    post: Post,
    failure: DexcomError,
    code: RefusalCode,
  ): { refusal: Refusal; error: DexcomError; isFirst: boolean } {
    const { clock, servicesUrl } = this.#options;
    const { keys, stored } = post;
    const before = [...stored, ...this.#find(keys)].filter((refusal) => refusal.code === code);
    const toldMs = failure.retryAfterMs ?? 0;
    const waitMs = coolDownMs(code, Math.max(0, ...before.map((refusal) => refusal.waitMs)), toldMs);
    // If the password was looked at, the account is not locked any more. A lock-out says nothing of the password.
    if (code === "CREDENTIALS_REFUSED") this.completed(post);
    else this.release(post);
    const { status, serverCode, traceId, attempts } = failure;
    const refusal = { code, status, serverCode, traceId, waitMs };
    const remembered: RememberedRefusal = {
      ...refusal,
      servicesUrl,
      accounts: keys.accounts,
      credential: code === "LOCKED_OUT" ? undefined : this.#credential,
      heardAt: nextPosition(),
      clock,
      startedAt: elapsedMs(clock),
      probe: undefined,
    };
    for (const scope of keys.scopes) {
      const memory = memoryOf(scope);
      const isKept = (old: RememberedRefusal): boolean => old.accounts.length > 0 && waitLeftMs(old) > -KEEP_MS;
      memory.refusals = [...memory.refusals.filter(isKept), remembered];
    }
    const error = replayError(failure, { attempts, retryAfterMs: Math.max(toldMs, waitMs) });
    return { refusal, error, isFirst: before.length === 0 };
  }

  /** Notes that the post came to nothing: another login may try. */
  release({ keys, login }: Pick<Post, "keys" | "login">): void {
    for (const refusal of this.#find(keys)) {
      if (refusal.probe?.login === login) refusal.probe = undefined;
    }
  }

  /** A response voids only what was heard before its own request was sent. */
  #void({ keys, sentAt }: Post, isVoided: (code: RefusalCode) => boolean): void {
    for (const refusal of this.#find(keys)) {
      if (refusal.heardAt < sentAt && isVoided(refusal.code)) refusal.accounts = [];
    }
  }

  /** Two names of one account share their refusals once the id is known. */
  #linkNames({ scopes, accounts: [name, id] }: RefusalKeys): void {
    if (id === undefined) return;
    for (const scope of scopes) memoryOf(scope).accountIds.set(this.#keyOf(name!), id);
  }

  #keyOf(name: string): string {
    return `${this.#options.servicesUrl}\n${name}`;
  }

  #find({ scopes, accounts }: RefusalKeys): RememberedRefusal[] {
    const found = scopes.flatMap((scope) => {
      const { refusals, accountIds } = memoryOf(scope);
      const idOf = (account: string): string => accountIds.get(this.#keyOf(account)) ?? account;
      const own = accounts.map(idOf);
      return refusals.filter(
        ({ servicesUrl, accounts: refused, credential = this.#credential }) =>
          servicesUrl === this.#options.servicesUrl &&
          credential === this.#credential &&
          refused.some((account) => own.includes(idOf(account))),
      );
    });
    return [...new Set(found)];
  }
}

function nextPosition(): number {
  return ++sharedState().position;
}

function waitLeftMs({ clock, startedAt, waitMs }: RememberedRefusal): number {
  return startedAt + waitMs - elapsedMs(clock);
}

/** Time until `login` may post: the cool-down, and the time of another login that tries again. */
function leftMs(refusal: RememberedRefusal, login: object): number {
  const { probe, clock } = refusal;
  if (!probe) return waitLeftMs(refusal);
  return probe.login === login ? 0 : Math.max(waitLeftMs(refusal), probe.endsAt - elapsedMs(clock));
}
