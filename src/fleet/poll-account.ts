import { Dexcom } from "../dexcom.ts";
import { AccountError, ArgumentError, DexcomError } from "../errors.ts";
import type { DexcomEvent } from "../events.ts";
import type { DexcomOptions } from "../options.ts";
import type { Region } from "../region.ts";
import { assertArgument, isObject } from "../validate.ts";
import { poll, type PollResult, type PollState } from "../poll/index.ts";
import type { AccountKeys } from "./account-keys.ts";
import type { EmitFleetEvent } from "./fleet-event.ts";
import type { WorkerSettings } from "./options.ts";
import type { Counts, PollRecord, Registry, StoredAccount } from "./registry.ts";
import type { RequestGate, Ticket } from "./request-gate.ts";
import { latenessClass } from "./stats.ts";

/** Waits after a function of the application has thrown: they double with each failure in a row. */
const FIRST_RETRY_MS = 5000;
const MAX_RETRY_MS = 300_000;
/** A poll that failed although polls don't reject for what may pass, such as one with options that are wrong. */
const REJECTED_RETRY_MS = 60_000;
/** A lock-out passes by itself, so the account is not parked for it. */
const LOCKED_OUT_MS = 600_000;

/** Limits of the client, in real time: the defaults of `Dexcom`. */
const TIMEOUT_MS = 10_000;
const DEADLINE_MS = 30_000;

interface PollerOptions {
  /** Region of the jobs. */
  readonly region: Region;
  readonly keys: AccountKeys;
  readonly registry: Registry;
  readonly gate: RequestGate;
  readonly settings: WorkerSettings;
  readonly emit: EmitFleetEvent;
  /** Aborts when the worker closes: polls that wait for their turn are put back. */
  readonly closing: AbortSignal;
}

/** An account during one poll. */
interface Subject {
  readonly id: string;
  readonly key: string;
  readonly account: StoredAccount;
}

/** Client of an account, made of what the application gave. */
interface Given {
  readonly dexcom: Dexcom;
  readonly logins: { count: number };
  readonly digest: string;
}

/** Does one poll of one account: load, ask, deliver, store. */
export class AccountPoller {
  readonly #options: PollerOptions;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** Returns the real time until the next poll, or `undefined` if the account is not to be polled any more. */
  async poll(id: string): Promise<number | undefined> {
    const { region, keys, registry, gate, settings, emit, closing } = this.#options;
    const account = await registry.load(id);
    // Two processes that add an account at once, each with another region, may leave it two jobs.
    if (account?.region !== region || account.isPaused) return undefined;
    const key = await keys.unseal(account.sealedKey);
    if (key === undefined) {
      emit({ type: "unreadable", id });
      return MAX_RETRY_MS;
    }
    const subject = { id, key, account };
    let given: Given;
    try {
      given = await this.#prepare(subject);
    } catch (error) {
      return this.#retry(subject, { callback: "credentials", error, counts: {} });
    }
    const { digest } = given;
    if (account.parking) {
      if (account.parking.digest === digest) return settings.parkedCheckMs;
      if (!(await registry.unpark(id))) return undefined;
      emit({ type: "unparked", key });
    }
    try {
      return await gate.run(closing, (ticket) => this.#run(subject, given, ticket));
    } catch (error) {
      // Its turn has not come before the worker closed. Another worker takes it at once.
      if (closing.aborted) return 0;
      throw error;
    }
  }

  /** Asks the application for the credentials, and makes a client of them. */
  async #prepare({ key, account }: Subject): Promise<Given> {
    const { keys, gate, settings, emit } = this.#options;
    const { credentials: ask, store, clock, baseUrl, speed } = settings;
    const credentials = await ask(key);
    assertArgument(isObject(credentials), "credentials must return an object");
    const { username, accountId, password } = credentials;
    const logins = { count: 0 };
    const options = {
      ...{ username, accountId, password, region: account.region, cache: store, clock, baseUrl },
      fetch: gate.fetch,
      // The state of the account decides when to ask again. A second attempt could fall into a pause.
      retry: { retries: 1 },
      // A clock that is sped up does not make the network faster.
      timeoutMs: TIMEOUT_MS * speed,
      deadlineMs: DEADLINE_MS * speed,
      onEvent: (event: DexcomEvent) => {
        if (event.type === "login") logins.count++;
        emit({ type: "client", key, event });
      },
    };
    const dexcom = new Dexcom(options as DexcomOptions);
    return { dexcom, logins, digest: await keys.digestOf(key, { name: username ?? accountId, password }) };
  }

  async #run(subject: Subject, given: Given, ticket: Ticket): Promise<number | undefined> {
    const { speed } = this.#options.settings;
    const { id, key, account } = subject;
    const lateMs = Math.max(0, Date.now() - (account.dueMs ?? Date.now()));
    const counts = (): Counts => ({
      polls: 1,
      requests: ticket.requests,
      rateLimited: ticket.rateLimited,
      logins: given.logins.count,
      [latenessClass(lateMs * speed)]: 1,
    });
    let result: PollResult;
    try {
      result = await this.#poll(subject, given.dexcom);
    } catch (error) {
      return this.#rejected(subject, { error, digest: given.digest, counts: counts() });
    }
    const { readings, state, nextPollInMs, error } = result;
    if (error) this.#options.emit({ type: "poll-failed", key, delayMs: nextPollInMs, error });
    if (readings.length > 0) {
      // Removed during the poll: its readings are nobody's any more.
      if ((await this.#options.registry.load(id)) === undefined) return undefined;
      try {
        await this.#options.settings.onReadings(key, readings);
      } catch (failure) {
        return this.#retry(subject, { callback: "onReadings", error: failure, counts: counts() });
      }
    }
    const instants = readings.map(({ datetime }) => datetime.getTime());
    return this.#finish(subject, {
      record: { state, readingMs: Math.max(account.record.readingMs ?? 0, ...instants) },
      counts: { ...counts(), readings: readings.length },
      delayMs: nextPollInMs,
    });
  }

  /** Polls with the stored state, and without it if it can't be used. */
  async #poll({ key, account }: Subject, dexcom: Dexcom): Promise<PollResult> {
    const { state } = account.record;
    if (state === undefined) return poll(dexcom);
    try {
      return await poll(dexcom, state as PollState);
    } catch (error) {
      // A later version is not damage: a worker of that version goes on with it.
      if (!(error instanceof ArgumentError) || (state as Partial<{ version: number }>).version! > 1) throw error;
      this.#options.emit({ type: "state-discarded", key, error });
      return poll(dexcom);
    }
  }

  /** The poll can't go on: the credentials were refused, or something is wrong that waiting may not mend. */
  async #rejected(
    subject: Subject,
    { error, digest, counts }: { readonly error: unknown; readonly digest: string; readonly counts: Counts },
  ): Promise<number | undefined> {
    const { registry, settings, emit } = this.#options;
    const { id, key, account } = subject;
    const { record } = account;
    if (error instanceof AccountError && error.code !== "LOCKED_OUT") {
      await registry.park(id, { reason: error.code, sinceMs: Date.now(), digest });
      emit({ type: "parked", key, error });
      return this.#finish(subject, { record, counts, delayMs: settings.parkedCheckMs * settings.speed });
    }
    const { retryAfterMs } = error instanceof DexcomError ? error : {};
    const delayMs = retryAfterMs ?? (error instanceof AccountError ? LOCKED_OUT_MS : REJECTED_RETRY_MS);
    emit({ type: "poll-failed", key, delayMs, error });
    return this.#finish(subject, { record, counts, delayMs });
  }

  /** Polls again after a function of the application has thrown. The state stays as it was, so that nothing is lost. */
  #retry(
    subject: Subject,
    { callback, error, counts }: { callback: "credentials" | "onReadings"; error: unknown; counts: Counts },
  ): Promise<number | undefined> {
    const { key, account } = subject;
    const { failures = 0 } = account.record;
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS);
    this.#options.emit({ type: "callback-failed", callback, key, delayMs, error });
    return this.#finish(subject, { record: { ...account.record, failures: failures + 1 }, counts, delayMs });
  }

  /** Stores what the poll leaves. `delayMs` is time of the service. */
  async #finish(
    { id, account }: Subject,
    { record, counts, delayMs }: { readonly record: PollRecord; readonly counts: Counts; readonly delayMs: number },
  ): Promise<number | undefined> {
    const { registry, settings } = this.#options;
    const realMs = Math.max(0, Math.ceil(delayMs / settings.speed));
    const dueMs = Date.now() + realMs;
    const isOurs = await registry.finish(id, { revision: account.revision, record, dueMs, counts });
    return isOurs ? realMs : undefined;
  }
}
