import type { Clock } from "../clock.ts";
import type { RefusalCause } from "./refusal.ts";

/** A refusal as this process remembers it. */
export interface RememberedRefusal extends RefusalCause {
  readonly servicesUrl: string;
  /** Name and id of the account, as far as known. Empty once the refusal is void. */
  accounts: readonly string[];
  /** Digest of the refused password; `undefined` if the account is locked, whatever the password. */
  readonly credential: string | undefined;
  /** Position in the order of all posts and responses of this process. */
  readonly heardAt: number;
  /** The clock that measures the cool-down. Clients of one fetch function may have different ones. */
  readonly clock: Clock;
  /** Start of the cool-down, in elapsed milliseconds of `clock`. */
  readonly startedAt: number;
  readonly waitMs: number;
  /** The login that tries again after the cool-down, and when it is given up, in elapsed milliseconds of `clock`. */
  probe: { readonly login: object; readonly endsAt: number } | undefined;
}

/** Refusals that one fetch function or one cache object has heard of. */
export interface Memory {
  refusals: RememberedRefusal[];
  /** Account id by host and user name. */
  readonly accountIds: Map<string, string>;
}

interface SharedState {
  /** Lives as long as the fetch function or cache object, so that tests with their own fetch do not see each other. */
  readonly memories: WeakMap<object, Memory>;
  salt: Uint8Array<ArrayBuffer> | undefined;
  position: number;
}

/**
 * Returns the state that all copies of this package in one process share. An application may load the ESM and the
 * CommonJS copy; with a memory each, both would post a refused password.
 */
export function sharedState(): SharedState {
  const place = globalThis as { [key: symbol]: SharedState | undefined };
  return (place[Symbol.for("dexcom-share-ts/refusals/1")] ??= {
    memories: new WeakMap(),
    salt: undefined,
    position: 0,
  });
}

/** Returns what `scope` has heard of; an empty memory that belongs to it if that is nothing. */
export function memoryOf(scope: object): Memory {
  const { memories } = sharedState();
  let memory = memories.get(scope);
  if (!memory) memories.set(scope, (memory = { refusals: [], accountIds: new Map() }));
  return memory;
}

/**
 * Returns a salted digest by which a password is recognised without being kept. It has no meaning outside this process.
 * The salt is drawn on first use, because Workers forbid random numbers at module scope.
 */
export async function digestPassword(password: string): Promise<string> {
  const state = sharedState();
  state.salt ??= crypto.getRandomValues(new Uint8Array(16));
  const bytes = new Uint8Array([...state.salt, ...new TextEncoder().encode(password)]);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
}
