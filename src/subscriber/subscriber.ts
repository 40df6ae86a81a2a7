import { limitOf, type Connection } from "../connection.ts";
import type { CallOptions } from "../dexcom.ts";
import { AccountError } from "../errors.ts";
import { GlucoseReading } from "../glucose-reading.ts";
import type { DexcomOptions } from "../options.ts";
import { caller, type CallSpec } from "../sharing/call.ts";
import { checkId } from "../sharing/arguments.ts";
import { connectionOf } from "../sharing/connections.ts";
import { logInAsSubscriber } from "../sharing/login.ts";
import { assertArgument, checkInteger, isObject } from "../validate.ts";
import { isId } from "../wire/ids.ts";
import { parseLatestReadings } from "../wire/latest-readings.ts";
import {
  listSubscriberAccountSubscriptions,
  readLastGlucoseFromSubscriptions,
  readSubscriptionLatestGlucoseValues,
  type OperationRow,
} from "../wire/operations.ts";
import { MAX_COUNT, MAX_MINUTES } from "../wire/read-limits.ts";
import { parseReadings, type BadRecord, type ParsedReading } from "../wire/readings.ts";
import { parseSubscriptions, type Subscription } from "../wire/subscriptions.ts";

/** The options of `Dexcom`, with a follower's own credentials. */
export interface SubscriberOptions extends Omit<DexcomOptions, "username" | "accountId" | "password"> {
  /** The follower's account id, a UUID. */
  readonly accountId: string;
  /**
   * The 32 hexadecimal digits that the Follow app made when the invitation was accepted. It is **not** the password of the
   * follower's Dexcom account, and no operation gives it out.
   */
  readonly secret: string;
}

/** The latest reading of one subscription. */
export interface LatestReading {
  /** `undefined` where there is none. */
  readonly reading: GlucoseReading | undefined;
  /** Whose it is; `undefined` where the service did not say and several were asked for. */
  readonly subscriptionId: string | undefined;
}

/**
 * The follower's side of the Share service: reads what others share with one follower.
 *
 * **All of it rests on clients of 2015 to 2018** (wire-protocol 7): nothing of this side was recorded, nothing newer is
 * known to work, and there is no public way to get a follower's credentials but to look into one's own Follow app. To
 * read an account of your own use `Dexcom`, with the login of the person who wears the sensor. The simulator has this side
 * as those clients describe it.
 *
 * Every method rejects as those of `Dexcom` do.
 *
 * @example
 * ```ts
 * import { Subscriber } from "dexcom-share-ts/subscriber";
 * const subscriber = new Subscriber({
 *   accountId: "33333333-3333-3333-3333-333333333333",
 *   secret: "0123456789abcdef0123456789abcdef",
 * });
 * for (const { subscriptionId, displayName } of await subscriber.listSubscriptions()) {
 *   const [reading] = await subscriber.getGlucoseReadings(subscriptionId, 1440, 1);
 *   console.log(displayName, reading?.mgDl);
 * }
 * ```
 */
export class Subscriber {
  readonly #connection: Connection;

  /** @throws {ArgumentError} for a bad option, by name. */
  constructor(options: SubscriberOptions) {
    assertArgument(isObject(options), "options must be an object");
    const { secret, accountId, ...rest } = options;
    assertArgument(isId(accountId), "accountId must be the follower's account id (a UUID, not all zeros)");
    // Refused here, because the service would count it towards a lock-out.
    assertArgument(
      typeof secret === "string" && /^[\da-f]{32}$/i.test(secret),
      "secret must be the 32 hexadecimal digits that the Follow app made, not a password",
    );
    this.#connection = connectionOf({ ...rest, accountId, password: secret }, logInAsSubscriber);
  }

  /** Those who share with this follower. ListSubscriberAccountSubscriptions (wire-protocol 7.2: several clients of 2015 to 2018). */
  async listSubscriptions(options?: CallOptions): Promise<Subscription[]> {
    return this.#call(listSubscriberAccountSubscriptions, { parse: parseSubscriptions }, options);
  }

  /**
   * The readings that one subscription gives, newest first. ReadSubscriptionLatestGlucoseValues (wire-protocol 7.3:
   * several clients of 2015 to 2018).
   *
   * @param minutes How far back, 1 to 1440. @default 1440
   * @param maxCount How many at most, 1 to 288. @default 288
   * @returns None where the subscription is paused, and the latest alone without the graph (inference).
   * @example
   * ```ts
   * const [latest] = await subscriber.getGlucoseReadings("22222222-2222-2222-2222-222222222222", 1440, 1);
   * console.log(latest?.mgDl, latest?.trendArrow);
   * ```
   */
  async getGlucoseReadings(
    subscriptionId: string,
    minutes: number = MAX_MINUTES,
    maxCount: number = MAX_COUNT,
    options?: CallOptions,
  ): Promise<GlucoseReading[]> {
    const args = {
      subscriptionId: checkId("subscriptionId", subscriptionId),
      minutes: String(checkInteger("minutes", minutes, { min: 1, max: MAX_MINUTES })),
      maxCount: String(checkInteger("maxCount", maxCount, { min: 1, max: MAX_COUNT })),
    };
    const parse: CallSpec<ParsedReading[]>["parse"] = (value, details) => {
      const onBad = this.#onBad();
      return parseReadings(value, details, onBad && { onBad, maxCount });
    };
    const records = await this.#call(readSubscriptionLatestGlucoseValues, { args, parse }, options);
    return records.slice(0, maxCount).map((record) => GlucoseReading.from(record));
  }

  /**
   * The latest reading of each of several subscriptions, in the order of the service's answer. **Whose a reading is, the
   * answer does not say** as far as is known: `subscriptionId` is there where it does, or where one was asked for. Where it
   * matters, ask for each with `getGlucoseReadings`. ReadLastGlucoseFromSubscriptions (wire-protocol 7.4: one family of clients, 2015 to 2018).
   *
   * @example
   * ```ts
   * const ids = (await subscriber.listSubscriptions()).map(({ subscriptionId }) => subscriptionId);
   * for (const { reading } of await subscriber.getLatestGlucoseReadings(ids)) console.log(reading?.mgDl);
   * ```
   */
  async getLatestGlucoseReadings(subscriptionIds: readonly string[], options?: CallOptions): Promise<LatestReading[]> {
    assertArgument(
      Array.isArray(subscriptionIds) && subscriptionIds.length > 0,
      "subscriptionIds must be a non-empty list",
    );
    const ids = subscriptionIds.map((id, index) => checkId(`subscriptionIds[${index}]`, id));
    const latest = await this.#call(
      readLastGlucoseFromSubscriptions,
      { args: { payload: ids }, parse: (value, details) => parseLatestReadings(value, details, this.#onBad()) },
      options,
    );
    const only = ids.length === 1 && latest.length === 1 ? ids[0] : undefined;
    return latest.map(({ reading, subscriptionId }) => ({
      reading: reading && GlucoseReading.from(reading),
      subscriptionId: subscriptionId ?? only,
    }));
  }

  #onBad(): ((bad: BadRecord) => void) | undefined {
    const { badRecords, emit } = this.#connection;
    return badRecords === "report" ? (bad) => emit({ type: "bad-record", ...bad }) : undefined;
  }

  async #call<T>(operation: OperationRow, spec: CallSpec<T>, options: CallOptions = {}): Promise<T> {
    try {
      return await caller(this.#connection, limitOf(this.#connection, options))(operation, spec);
    } catch (error) {
      throw error instanceof AccountError && error.code === "CREDENTIALS_REFUSED" ? new FollowerRefused(error) : error;
    }
  }
}

/** The same refusal, with advice for a follower: the usual one is to log in as somebody else. */
class FollowerRefused extends AccountError {
  constructor({ message, status, serverCode, traceId, attempts, retryAfterMs }: AccountError) {
    super("CREDENTIALS_REFUSED", message, { status, serverCode, traceId, attempts, retryAfterMs });
  }

  override get advice(): string {
    const minutes = Math.ceil((this.retryAfterMs ?? 0) / 60_000);
    return `A wrong secret, an unknown follower and a wrong region all get this answer. The secret is the one that the Follow app made, not the password of the follower's account. Further attempts may lock the account. The next attempt is made in ${minutes} minutes at the earliest.`;
  }
}
