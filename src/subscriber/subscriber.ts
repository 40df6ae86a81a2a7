import { connectionOfThis, connections, limitOf, openConnection, type Connection } from "../connection.ts";
import type { Dexcom } from "../dexcom.ts";
import { AccountError } from "../errors.ts";
import { GlucoseReading } from "../glucose-reading.ts";
import { OPTION_NAMES, resolveOptions, type DexcomOptions } from "../options.ts";
import { toQuery, type CallOptions, type GlucoseReadingsQuery } from "../query.ts";
import { caller, type Call, type CallSpec } from "../sharing/call.ts";
import { checkId } from "../sharing/arguments.ts";
import { checkOptionNames, optionsLike } from "../sharing/connections.ts";
import { logInAsSubscriber } from "../sharing/login.ts";
import { assertArgument } from "../validate.ts";
import { isId } from "../wire/ids.ts";
import { parseLatestReadings } from "../wire/latest-readings.ts";
import {
  listSubscriberAccountSubscriptions,
  readLastGlucoseFromSubscriptions,
  readSubscriptionLatestGlucoseValues,
} from "../wire/operations.ts";
import { parseReadings, type BadRecord, type ParsedReading } from "../wire/readings.ts";
import { parseSubscriptions, type Subscription } from "../wire/subscriptions.ts";

/**
 * Credentials of a follower, and how to reach the service: by the options of `Dexcom`, or as an existing `Dexcom` does.
 */
export type SubscriberOptions = {
  /** Account id of the follower, a UUID. */
  readonly accountId: string;
  /**
   * The 32 hexadecimal digits that the Follow app made when it accepted the invitation. This is **not** the password of
   * the follower's Dexcom account, and no operation returns it.
   */
  readonly secret: string;
} & (
  | (Omit<DexcomOptions, "username" | "accountId" | "password"> & { readonly dexcom?: undefined })
  | {
      /**
       * Client whose options the subscriber uses, with a session of its own. A `SessionStore` is shared, another cache
       * is not. Must be the only option besides the credentials.
       */
      readonly dexcom: Dexcom;
    }
);

/** The latest reading of one subscription. */
export interface LatestReading {
  /** `undefined` if the subscription has no reading. */
  readonly reading: GlucoseReading | undefined;
  /** Subscription of the reading. `undefined` if several were requested and the response does not say. */
  readonly subscriptionId: string | undefined;
}

/**
 * The follower's side of the Share service: reads what others share with one follower.
 *
 * **It is known from clients of 2015 to 2018 only** (PROTOCOL.md, "Follower side"). Nobody has recorded this side of
 * the service, and no newer client is known to work. The only public way to a follower's credentials is your own Follow
 * app. To read your own account, use `Dexcom` with the login of the person who wears the sensor. The simulator
 * implements this side as those clients describe it.
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
 *   const [reading] = await subscriber.getGlucoseReadings(subscriptionId, { maxCount: 1 });
 *   console.log(displayName, reading?.mgDl);
 * }
 * ```
 */
export class Subscriber {
  /** @throws {ArgumentError} If an option is invalid or unknown. The message names it. */
  constructor(options: SubscriberOptions) {
    const shared = OPTION_NAMES.filter((name) => name !== "username" && name !== "password");
    checkOptionNames(options, [...shared, "secret"], ["accountId", "secret"]);
    const { secret, accountId, dexcom, ...rest } = options;
    assertArgument(isId(accountId), "accountId must be the follower's account id (a UUID, not all zeros)");
    // Refused here, because the service would count it towards a lock-out.
    assertArgument(
      typeof secret === "string" && /^[\da-f]{32}$/i.test(secret),
      "secret must be the 32 hexadecimal digits that the Follow app made, not a password",
    );
    const login = { accountId, password: secret };
    const resolved = dexcom === undefined ? resolveOptions({ ...rest, ...login }) : optionsLike(dexcom, login);
    connections.set(this, openConnection(resolved, logInAsSubscriber));
  }

  /**
   * Lists the people who share with this follower.
   * ListSubscriberAccountSubscriptions (several clients of 2015 to 2018).
   */
  async listSubscriptions(options?: CallOptions): Promise<Subscription[]> {
    return callOf(this, options)(listSubscriberAccountSubscriptions, { parse: parseSubscriptions });
  }

  /**
   * Reads the glucose of one subscription, newest first. Resolves to `[]` if the subscription is paused, and to the
   * latest reading alone if the follower may not see the graph; both are inferences from the protocol. Operation
   * ReadSubscriptionLatestGlucoseValues, as several clients of 2015 to 2018 used it.
   *
   * @example
   * ```ts
   * const subscriptionId = "22222222-2222-2222-2222-222222222222";
   * const [latest] = await subscriber.getGlucoseReadings(subscriptionId, { maxCount: 1 });
   * console.log(latest?.mgDl, latest?.trendArrow);
   * ```
   */
  getGlucoseReadings(subscriptionId: string, query?: GlucoseReadingsQuery): Promise<GlucoseReading[]>;
  /**
   * @param minutes How far back, 1 to 1440. @default 1440
   * @param maxCount Largest number of readings, 1 to 288. @default 288
   */
  getGlucoseReadings(
    subscriptionId: string,
    minutes?: number,
    maxCount?: number,
    options?: CallOptions,
  ): Promise<GlucoseReading[]>;
  async getGlucoseReadings(
    subscriptionId: string,
    first?: number | GlucoseReadingsQuery,
    count?: number,
    options?: CallOptions,
  ): Promise<GlucoseReading[]> {
    const connection = connectionOfThis(this, "Subscriber");
    const id = checkId("subscriptionId", subscriptionId);
    const { minutes, maxCount, signal } = toQuery(first, count, options);
    const parse: CallSpec<ParsedReading[]>["parse"] = (value, details) => {
      const onBad = onBadOf(connection);
      return parseReadings(value, details, onBad && { onBad, maxCount });
    };
    const args = { subscriptionId: id, minutes: String(minutes), maxCount: String(maxCount) };
    const records = await callOf(this, { signal })(readSubscriptionLatestGlucoseValues, { args, parse });
    return records.slice(0, maxCount).map((record) => GlucoseReading.from(record));
  }

  /**
   * Reads the latest reading of each of several subscriptions, in the order of the response. **As far as known, the
   * response does not say whose a reading is.** `subscriptionId` is present if it does, or if you gave one id. To be
   * sure, call `getGlucoseReadings` for each. ReadLastGlucoseFromSubscriptions (one family of clients, 2015 to 2018).
   *
   * @example
   * ```ts
   * const ids = (await subscriber.listSubscriptions()).map(({ subscriptionId }) => subscriptionId);
   * for (const { reading } of await subscriber.getLatestGlucoseReadings(ids)) console.log(reading?.mgDl);
   * ```
   */
  async getLatestGlucoseReadings(subscriptionIds: readonly string[], options?: CallOptions): Promise<LatestReading[]> {
    const connection = connectionOfThis(this, "Subscriber");
    assertArgument(
      Array.isArray(subscriptionIds) && subscriptionIds.length > 0,
      "subscriptionIds must be a non-empty list",
    );
    const ids = subscriptionIds.map((id, index) => checkId(`subscriptionIds[${index}]`, id));
    const latest = await callOf(this, options)(readLastGlucoseFromSubscriptions, {
      args: { payload: ids },
      parse: (value, details) => parseLatestReadings(value, details, onBadOf(connection)),
    });
    const only = ids.length === 1 && latest.length === 1 ? ids[0] : undefined;
    return latest.map(({ reading, subscriptionId }) => ({
      reading: reading && GlucoseReading.from(reading),
      subscriptionId: subscriptionId ?? only,
    }));
  }
}

function onBadOf({ badRecords, emit }: Connection): ((bad: BadRecord) => void) | undefined {
  return badRecords === "report" ? (bad) => emit({ type: "bad-record", ...bad }) : undefined;
}

/** Not a method, because a method that was taken off its client must reject with an `ArgumentError`. */
function callOf(subscriber: Subscriber, options: CallOptions = {}): Call {
  const connection = connectionOfThis(subscriber, "Subscriber");
  const call = caller(connection, limitOf(connection, options));
  return async (operation, spec) => {
    try {
      return await call(operation, spec);
    } catch (error) {
      throw error instanceof AccountError && error.code === "CREDENTIALS_REFUSED" ? followerRefused(error) : error;
    }
  };
}

/** Returns the same refusal with advice for a follower: the usual advice is to log in as somebody else. */
function followerRefused({ message, status, serverCode, traceId, attempts, retryAfterMs }: AccountError): AccountError {
  const minutes = Math.ceil((retryAfterMs ?? 0) / 60_000);
  const advice = `A wrong secret, an unknown follower and a wrong region all get this response. The secret is the one that the Follow app made, not the password of the follower's account. Further attempts may lock the account. The next attempt is made in ${minutes} minutes at the earliest.`;
  return new AccountError("CREDENTIALS_REFUSED", message, {
    status,
    serverCode,
    traceId,
    attempts,
    retryAfterMs,
    advice,
  });
}
