import type { CallLimit } from "../http/deadline.ts";
import type { Refusal, StoredRefusal } from "./refusal.ts";

/** Right to log in while other processes wait. */
export interface LoginLease {
  /**
   * Waits until this process may post the password.
   *
   * @returns What other processes were refused.
   * @throws {FoundSession} If another process has logged in meanwhile.
   */
  beforePost(): Promise<readonly StoredRefusal[]>;
}

/** Place of one account's session between calls. Its failures are reported and fail no call, except for an abort. */
export interface SessionBackend {
  /** Returns the id, if there is one. `refused` is an id that the service has just refused. */
  get(limit: CallLimit, refused: string | undefined): string | undefined | Promise<string | undefined>;
  set(id: string, limit: CallLimit): Promise<void>;
  /** Deletes `id` if it is the current one. */
  deleteIfCurrent(id: string, limit: CallLimit): Promise<void>;
  /**
   * Gives `id` its full lifetime again if it is the current one. A store lacks this method, because use does not renew
   * its ids.
   */
  renewIfCurrent?(id: string, limit: CallLimit): void | Promise<void>;
  /** Runs `logIn` while other processes wait, or returns the id of another process that logs in first. */
  withLoginLock(
    call: { readonly limit: CallLimit; readonly refused: string | undefined },
    logIn: (lease: LoginLease) => Promise<string>,
  ): Promise<string>;
  /**
   * Tells other processes of a refusal.
   *
   * @param workedMsAgo Time since the credentials last worked for this client.
   */
  publishRefusal?(refusal: Refusal, workedMsAgo: number, limit: CallLimit): Promise<void>;
  /** Returns the time since the credentials last worked for any process, as far as the backend has read. */
  workedMsAgo?(): number;
}

/** Ends a login because another process has stored a session meanwhile. */
export class FoundSession extends Error {
  readonly id: string;

  constructor(id: string) {
    super("Another process has logged in");
    this.id = id;
  }
}
