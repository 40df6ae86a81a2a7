import type { CallLimit } from "../http/deadline.ts";
import type { Refusal } from "./refusal-memory.ts";

/**
 * Where a session is kept between calls, as `Session` sees it. What fails behind it fails no call, but an abort. The
 * optional parts are what a store has beyond a cache: it serves other processes too.
 */
export interface SessionKeeper {
  /** The id, where there is one. `refused` is what the service has just refused: that one is not good enough. */
  get(limit: CallLimit, refused: string | undefined): string | undefined | Promise<string | undefined>;
  set(id: string, limit: CallLimit): Promise<void>;
  /** Takes `id` out, but only where it is what is kept. */
  drop(id: string, limit: CallLimit): Promise<void>;
  /** Gives `id` its full time again, but only where it is what is kept. */
  renew?(id: string, limit: CallLimit): void | Promise<void>;
  /** Gives the id of another process where there is one by now, else what `logIn` gives while no other process logs in. */
  alone?(limit: CallLimit, refused: string | undefined, logIn: () => Promise<string>): Promise<string>;
  /** Whether it has had a session that only a client with this password can have stored. */
  readonly hasOpened?: boolean;
  /** What was refused to any process, of this account and password. */
  refusals?(limit: CallLimit): Promise<readonly Refusal[]>;
  /** Tells the other processes. */
  refuse?(refusal: Refusal, limit: CallLimit): Promise<void>;
}
