import { ArgumentError } from "../errors.ts";
import { type Delivery, Exchange } from "./service/exchange.ts";
import type { WireRequest } from "./service/wire/wire-request.ts";
import type { SimulatedEntry } from "./nightscout/entry-store.ts";
import { checkSecret } from "./nightscout/options.ts";
import { createFetch } from "./fetch.ts";
import { acceptInvitation, followersOf, type SimulatedFollower } from "./service/accounts/followers.ts";
import type { Injection } from "./injection/injection.ts";
import { type ShareSimulatorOptions, toSettings } from "./options.ts";
import { type ReadingInput, toStoredReading } from "./readings/reading.ts";
import type { RecordedRequest } from "./request-log.ts";
import { makeScenario } from "./scenarios/scenario.ts";
import { createService, type Service } from "./service/service.ts";

/**
 * The Dexcom Share service, in this process and without a network. It behaves as the real service is known to behave,
 * quirks included. Its accounts, sessions, lock-outs and readings live as long as the object.
 *
 * @example
 * ```ts
 * import { ShareSimulator, VirtualClock } from "dexcom-share-ts/simulator";
 * const accounts = [{ username: "someone@example.com", password: "secret" }];
 * const simulator = new ShareSimulator({ accounts, clock: new VirtualClock() });
 * const response = await simulator.fetch("https://share2.dexcom.com/ShareWebServices/Services/General/SystemUtcTime", {
 *   headers: { accept: "application/json" },
 * });
 * console.log(await response.text()); // {"DateTime":"\/Date(1767268800000)\/","OffsetMinutes":0}
 * ```
 */
export class ShareSimulator {
  readonly #service: Service;
  readonly #exchange: Exchange;

  /**
   * Replaces the global `fetch`; it needs no `this`. A host of the service knows the accounts of its region. Any other
   * origin, with or without a prefix before `/ShareWebServices`, knows all accounts. It rejects with `signal.reason` on
   * abort, and with a TypeError if a connection is dropped.
   */
  readonly fetch: typeof globalThis.fetch;

  /** @throws {ArgumentError} If an option is invalid. The message names it. */
  constructor(options: ShareSimulatorOptions = {}) {
    if (typeof options !== "object" || options === null) throw new ArgumentError("options must be an object");
    const settings = toSettings(options);
    const scenario = settings.scenario === undefined ? {} : makeScenario(settings.scenario, settings.clock.now());
    this.#service = createService(options, settings, scenario.account);
    this.#exchange = new Exchange(this.#service);
    if (scenario.injection !== undefined) this.inject(scenario.injection);
    this.fetch = createFetch(this.#exchange, this.#service.settings.clock);
  }

  /** Requests so far, oldest first, without passwords and session ids. The option `maxLoggedRequests` limits them. */
  get requests(): readonly RecordedRequest[] {
    return this.#exchange.log.entries;
  }

  /**
   * Responds to one request that did not come through `fetch`. `listen()` of `dexcom-share-ts/simulator/node` uses it.
   * If it resolves to `undefined`, drop the connection.
   *
   * @throws `signal.reason` once the signal aborts
   */
  exchange(request: WireRequest, signal?: AbortSignal): Promise<Delivery | undefined> {
    return this.#exchange.take(request, signal);
  }

  /**
   * Injects a fault, until you call the function that it returns. If several faults match a request, the one that was
   * injected first applies.
   *
   * @throws {ArgumentError} If a field is invalid. The message names it.
   * @example
   * ```ts
   * simulator.inject({ status: 429, headers: { "retry-after": "30" }, times: 1 });
   * simulator.inject({ operation: "LoginPublisherAccountById", drop: "before-headers", isProcessed: true, times: 1 });
   * const stop = simulator.inject({ readingsLateMs: 600_000 });
   * ```
   */
  inject(injection: Injection): () => void {
    return this.#exchange.injections.add(injection);
  }

  /** The id of an account, given its user name. @throws {ArgumentError} If there is no such account. */
  getAccountId(username: string): string {
    return this.#service.accounts.the(username).accountId;
  }

  /**
   * Adds a reading to an account, given its user name or id. It reaches the service at once, or at its `datetime` if
   * that is later. `availableAt` sets another time.
   *
   * @throws {ArgumentError} If there is no such account, or a field is invalid. The message names it.
   */
  addReading(username: string, reading: ReadingInput): void {
    const { readings, timezone } = this.#service.accounts.the(username);
    readings.add(toStoredReading(reading, { name: "reading", timezone, earliestMs: this.#now() }));
  }

  /**
   * Changes a password. Sessions stay open, and refusals still count towards a lock-out.
   *
   * @throws {ArgumentError} If there is no such account, or the password is not a non-empty string.
   */
  changePassword(username: string, password: string): void {
    this.#service.accounts.changePassword(this.#service.accounts.the(username), password);
  }

  /**
   * Ends the open sessions of an account, or of all accounts. Requests with them get the fault `SessionNotValid`, or
   * `SessionIdNotFound` with `shouldForget`.
   *
   * @throws {ArgumentError} If there is no such account.
   */
  expireSessions(
    username?: string,
    { shouldForget = false }: { readonly shouldForget?: boolean | undefined } = {},
  ): void {
    const meant = username === undefined ? undefined : this.#service.accounts.the(username);
    this.#service.sessions.end((holder) => meant === undefined || holder === meant, this.#now(), shouldForget);
  }

  /**
   * Locks an account out, as repeated refusals do: even the right password is refused.
   *
   * @param ms Duration in milliseconds. The default is the option `lockOutMs`.
   * @throws {ArgumentError} If there is no such account, or `ms` is not a number from 0.
   */
  lockOut(username: string, ms: number = this.#service.settings.lockOutMs): void {
    if (!(ms >= 0)) throw new ArgumentError("ms must be a number of milliseconds from 0");
    this.#service.lockOuts.lock(this.#service.accounts.the(username).accountId, this.#now() + ms);
  }

  /**
   * Lifts the lock-out of an account, or of all, and forgets the refusals that count towards one.
   *
   * @throws {ArgumentError} If there is no such account.
   */
  liftLockOut(username?: string): void {
    if (username === undefined) this.#service.lockOuts.clearAll();
    else this.#service.lockOuts.clear(this.#service.accounts.the(username).accountId);
  }

  /**
   * Lists the followers of an account: those of its option `followers`, and those who have accepted an invitation
   * since. `Subscriber` of `dexcom-share-ts/subscriber` logs in with their `accountId` and `secret`.
   *
   * @throws {ArgumentError} If there is no such account.
   */
  listFollowers(username: string): readonly SimulatedFollower[] {
    return followersOf(this.#service, this.#service.accounts.the(username));
  }

  /**
   * Accepts an invitation, as the Follow app does. The operation that the app uses is not known.
   *
   * @param as An existing follower. The default is a new one.
   * @throws {ArgumentError} If there is no such invitation, it was accepted before, or its seven days are over.
   * @example
   * ```ts
   * import { Publisher } from "dexcom-share-ts/publisher";
   * import { ShareSimulator } from "dexcom-share-ts/simulator";
   * import { Subscriber } from "dexcom-share-ts/subscriber";
   * const wearer = { username: "someone@example.com", password: "secret" };
   * const simulator = new ShareSimulator({ accounts: [wearer] });
   * const publisher = new Publisher({ ...wearer, fetch: simulator.fetch });
   * const contactId = await publisher.createContact("Grandmother", "grandmother@example.com");
   * const subscriptionId = await publisher.createInvitation(contactId, { displayName: "Sam" });
   * const { accountId, secret } = simulator.acceptInvitation(subscriptionId);
   * const subscriber = new Subscriber({ accountId, secret, fetch: simulator.fetch });
   * console.log(await subscriber.getGlucoseReadings(subscriptionId));
   * ```
   */
  acceptInvitation(subscriptionId: string, as?: { readonly accountId: string }): SimulatedFollower {
    return acceptInvitation(this.#service, subscriptionId, as?.accountId);
  }

  /** Entries that the simulated Nightscout holds, in order of time; empty without the option `nightscout`. */
  get nightscoutEntries(): readonly SimulatedEntry[] {
    return this.#service.nightscout?.entries.all ?? [];
  }

  /**
   * Changes the API secret of the simulated Nightscout.
   * @throws {ArgumentError} If it is too short, or the simulator was created without the option `nightscout`.
   */
  changeNightscoutSecret(secret: string): void {
    const { nightscout } = this.#service;
    if (nightscout === undefined) throw new ArgumentError("The simulator was made without the option nightscout");
    nightscout.access.changeSecret(checkSecret("secret", secret));
  }

  #now(): number {
    return this.#service.settings.clock.now();
  }
}
