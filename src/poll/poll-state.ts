import type { Connection } from "../connection.ts";
import { assertArgument, isObject } from "../validate.ts";
import { readMemory, writeMemory } from "./memory-text.ts";
import type { PollMemory } from "./poll-memory.ts";

const VERSION = 1;
/** Bytes of the key and of each digest: 12 characters. A damaged state passes once in 2⁷² times. */
const BYTES = 9;
const KEY_LENGTH = 12;

/** Memory of `poll()` between two steps, as JSON. Store it as it is. It holds no secret. */
export interface PollState {
  readonly version: 1;
  /** A random key, and the digest of host and account under it. */
  readonly account: string;
  /** Instants and numbers. */
  readonly data: string;
  /** Digest of the rest, so that a damaged state is recognized. */
  readonly check: string;
}

/** @throws {ArgumentError} If the state is not one of this account as `poll()` returned it. */
export async function readState(connection: Connection, state: unknown): Promise<PollMemory> {
  assertArgument(isObject(state), "state must be an object, not JSON");
  const { version, account, data, check } = state as Partial<Record<string, unknown>>;
  assertArgument(!((version as number) > VERSION), "state is of a later version");
  let memory: PollMemory | undefined;
  if (version === VERSION && typeof account === "string" && typeof data === "string") {
    const digests = await digestsOf(connection, account.slice(0, KEY_LENGTH), data);
    if (account === digests.account && check === digests.check) memory = readMemory(data);
  }
  assertArgument(memory, "state is damaged, or of another account");
  return memory;
}

/** @param previous The state before, whose key is kept. */
export async function writeState(
  connection: Connection,
  memory: PollMemory,
  previous: PollState | null | undefined,
): Promise<PollState> {
  const key = previous?.account.slice(0, KEY_LENGTH) ?? toText(crypto.getRandomValues(new Uint8Array(BYTES)));
  const data = writeMemory(memory);
  return { version: VERSION, data, ...(await digestsOf(connection, key, data)) };
}

/**
 * The key is random and in the state. So the digests of one account differ between states and can't be looked up in a
 * table. A secret key would be better against guesses, but no secret fits: with the password, the digest would let
 * whoever has the state try passwords, and a new password would end the state.
 */
async function digestsOf(
  { options, clock }: Connection,
  key: string,
  data: string,
): Promise<Pick<PollState, "account" | "check">> {
  const { servicesUrl, username, accountId } = options();
  const digest = async (...parts: readonly unknown[]): Promise<string> => {
    // As JSON, so that no two lists give the same text.
    const work = crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(parts)));
    return toText(new Uint8Array(await (clock.hold?.(work) ?? work), 0, BYTES));
  };
  // An email in capitals is the same account.
  const account = key + (await digest(key, servicesUrl, (username ?? accountId!).toLowerCase()));
  return { account, check: await digest(account, data) };
}

const toText = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
