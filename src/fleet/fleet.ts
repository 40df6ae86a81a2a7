import { isRegion, type Region } from "../region.ts";
import { assertArgument, checkMilliseconds, checkNames, checkText } from "../validate.ts";
import { AccountKeys } from "./account-keys.ts";
import { fleetEmitter } from "./fleet-event.ts";
import { jobOf } from "./jobs.ts";
import { resolveFleetOptions, type FleetOptions } from "./options.ts";
import { Queues } from "./queues.ts";
import { Registry } from "./registry.ts";
import { Scripts } from "./scripts.ts";
import { toFleetCounts, type FleetStats } from "./stats.ts";
import { toStatus, type FleetStatus } from "./status.ts";

/** Options of `Fleet.add()`. */
export interface AddAccountsOptions {
  /** @default "us" */
  readonly region?: Region | undefined;
  /**
   * Milliseconds over which the first polls are spread.
   * @default 300 for each account after the first, 300_000 at most
   */
  readonly spreadMs?: number | undefined;
}

/** Accounts that one command adds. Redis serves nobody else meanwhile. */
const BATCH = 500;
const SPREAD_PER_ACCOUNT_MS = 300;
const MAX_SPREAD_MS = 300_000;

/**
 * The accounts of a fleet: adds and removes them, and reports their state. It polls nothing; a `FleetWorker` does. Any
 * number of processes may each have one.
 *
 * @example
 * ```ts
 * import { Fleet } from "dexcom-share-ts/fleet";
 * const fleet = new Fleet({ connection: { url: "redis://localhost:6379" }, secret: process.env["STORE_SECRET"]! });
 * await fleet.add("patient-17", { region: "ous" });
 * console.log(await fleet.status("patient-17"));
 * await fleet.close();
 * ```
 */
export class Fleet {
  readonly #keys: AccountKeys;
  readonly #queues: Queues;
  readonly #registry: Registry;

  /** @throws {ArgumentError} If an option is invalid. The message names it. */
  constructor(options: FleetOptions) {
    const settings = resolveFleetOptions(options);
    this.#keys = new AccountKeys(options.secret);
    this.#queues = new Queues(settings, fleetEmitter(options.onEvent));
    this.#registry = new Registry(new Scripts(this.#queues.client, settings.prefix));
  }

  /**
   * Adds accounts. Those that are known already stay as they are, except that another region is taken over.
   *
   * @param keys Your own names for the accounts. The workers pass them to `credentials`. They are stored sealed.
   * @returns Number of accounts that are new, or have moved.
   * @throws {ArgumentError} If a key is not a non-empty string, or an option is invalid.
   */
  async add(keys: string | Iterable<string>, options: AddAccountsOptions = {}): Promise<number> {
    checkNames("options", options, ["region", "spreadMs"]);
    const { region = "us" } = options;
    assertArgument(isRegion(region), 'region must be "us", "ous" or "jp"');
    const all = typeof keys === "string" ? [keys] : [...keys];
    for (const key of all) checkText("key", key);
    const fallback = Math.min(MAX_SPREAD_MS, (all.length - 1) * SPREAD_PER_ACCOUNT_MS);
    const spreadMs = checkMilliseconds("spreadMs", options.spreadMs, { fallback, min: 0 });
    let added = 0;
    for (let index = 0; index < all.length; index += BATCH) {
      added += await this.#addBatch(all.slice(index, index + BATCH), region, spreadMs);
    }
    return added;
  }

  /**
   * Removes an account and forgets its state. Resolves to `false` if there is no such account. A poll that is under way
   * may still deliver its readings.
   */
  remove(key: string): Promise<boolean> {
    return this.#withdraw(key, "remove");
  }

  /** Stops polling an account, and keeps its state. Resolves to `false` if there is no such account. */
  pause(key: string): Promise<boolean> {
    return this.#withdraw(key, "pause");
  }

  /**
   * Polls a paused or parked account again, at once. Resolves to `false` if there is no such account. A refused
   * password is still not sent again before its cool-down is over.
   */
  async resume(key: string): Promise<boolean> {
    const id = await this.#idOf(key);
    const region = await this.#registry.resume(id);
    if (region === undefined) return false;
    const queue = this.#queues.of(region);
    // The job of a parked account waits for the next look at its password.
    await queue.remove(id);
    await queue.addBulk([jobOf(id, 0)]);
    return true;
  }

  /** Returns the state of an account; `undefined` if there is no such account. */
  async status(key: string): Promise<FleetStatus | undefined> {
    const account = await this.#registry.load(await this.#idOf(key));
    return account && toStatus(account);
  }

  /** Returns figures of the whole fleet. The cost for Redis does not grow with the number of accounts. */
  async stats(): Promise<FleetStats> {
    const { numbers, total, recent } = await this.#registry.count();
    const [accounts, due, late, parked, paused] = numbers as [number, number, number, number, number];
    return { accounts, due, late, parked, paused, total: toFleetCounts(total), recent: toFleetCounts(recent) };
  }

  /** Closes the connections. Accounts stay, and workers go on. */
  async close(): Promise<void> {
    await this.#queues.close();
  }

  async #withdraw(key: string, how: "pause" | "remove"): Promise<boolean> {
    const id = await this.#idOf(key);
    const region = await this.#registry[how](id);
    if (region !== undefined) await this.#queues.of(region).remove(id);
    return region !== undefined;
  }

  async #idOf(key: string): Promise<string> {
    return this.#keys.idOf(checkText("key", key));
  }

  async #addBatch(keys: readonly string[], region: Region, spreadMs: number): Promise<number> {
    const now = Date.now();
    const accounts = await Promise.all(
      keys.map(async (key) => ({
        id: await this.#keys.idOf(key),
        region,
        sealedKey: await this.#keys.seal(key),
        dueMs: now + Math.round(Math.random() * spreadMs),
      })),
    );
    const results = await this.#registry.add(accounts);
    for (const [index, { id }] of accounts.entries()) {
      const before = results[index];
      if (isRegion(before)) await this.#queues.of(before).remove(id);
    }
    const added = accounts.filter((_account, index) => Number(results[index]) !== 0);
    if (added.length > 0) await this.#queues.of(region).addBulk(added.map(({ id, dueMs }) => jobOf(id, dueMs - now)));
    return added.length;
  }
}
