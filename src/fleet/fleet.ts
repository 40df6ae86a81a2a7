import { Queue } from "bullmq";
import { isRegion, type Region } from "../region.ts";
import { assertArgument, checkMilliseconds, checkNames, checkText } from "../validate.ts";
import { AccountKeys } from "./account-keys.ts";
import { fleetEmitter, type EmitFleetEvent } from "./fleet-event.ts";
import { jobOf } from "./jobs.ts";
import { resolveFleetOptions, type FleetOptions, type FleetSettings } from "./options.ts";
import { Registry } from "./registry.ts";
import { Scripts, type ScriptClient } from "./scripts.ts";
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
  readonly #settings: FleetSettings;
  readonly #emit: EmitFleetEvent;
  readonly #keys: AccountKeys;
  readonly #queues = new Map<Region, Queue>();
  readonly #registry: Registry;

  /** @throws {ArgumentError} If an option is invalid. The message names it. */
  constructor(options: FleetOptions) {
    this.#settings = resolveFleetOptions(options);
    this.#emit = fleetEmitter(options.onEvent);
    this.#keys = new AccountKeys(options.secret);
    const client = async (): Promise<ScriptClient> => this.#queue("us").getBackend().client;
    this.#registry = new Registry(new Scripts(client, this.#settings.prefix));
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
  async remove(key: string): Promise<boolean> {
    const id = await this.#keys.idOf(checkText("key", key));
    const region = await this.#registry.remove(id);
    // The job of a poll that is under way is locked. It ends by itself.
    if (region !== undefined) await this.#queue(region).remove(id);
    return region !== undefined;
  }

  /** Stops polling an account, and keeps its state. Resolves to `false` if there is no such account. */
  async pause(key: string): Promise<boolean> {
    const id = await this.#keys.idOf(checkText("key", key));
    const region = await this.#registry.pause(id);
    if (region !== undefined) await this.#queue(region).remove(id);
    return region !== undefined;
  }

  /**
   * Polls a paused or parked account again, at once. Resolves to `false` if there is no such account. A refused
   * password is still not sent again before its cool-down is over.
   */
  async resume(key: string): Promise<boolean> {
    const id = await this.#keys.idOf(checkText("key", key));
    const region = await this.#registry.resume(id);
    if (region === undefined) return false;
    const queue = this.#queue(region);
    // The job of a parked account waits for the next look at its password.
    await queue.remove(id);
    await queue.addBulk([jobOf(id, 0)]);
    return true;
  }

  /** Returns the state of an account; `undefined` if there is no such account. */
  async status(key: string): Promise<FleetStatus | undefined> {
    const account = await this.#registry.load(await this.#keys.idOf(checkText("key", key)));
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
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
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
      if (isRegion(before)) await this.#queue(before).remove(id);
    }
    const added = accounts.filter((_account, index) => Number(results[index]) !== 0);
    if (added.length > 0) await this.#queue(region).addBulk(added.map(({ id, dueMs }) => jobOf(id, dueMs - now)));
    return added.length;
  }

  #queue(region: Region): Queue {
    const known = this.#queues.get(region);
    if (known) return known;
    const { connection, prefix, telemetry } = this.#settings;
    const queue = new Queue(region, { connection, prefix, ...(telemetry && { telemetry }) });
    queue.on("error", (error) => this.#emit({ type: "error", error }));
    this.#queues.set(region, queue);
    return queue;
  }
}
