import { type ServiceResponse, idResponse, jsonResponse } from "../wire/response.ts";
import { invalid } from "../wire/arguments.ts";
import { Fault } from "../wire/fault.ts";
import { parseGuid, ZEROS } from "../wire/guid.ts";
import type { Call, Operation } from "../operation.ts";
import type { StoredReading } from "../../readings/reading.ts";
import { ACTIVE, type Subscriber, type Subscription } from "../accounts/sharing.ts";
import { writeReadings } from "../../readings/wire-readings.ts";
import { writeOwnSubscriptions } from "../wire/subscriptions.ts";
import { isApplicationIdOf, lockedOut, refused } from "./credentials.ts";
import { requireSession } from "./read-latest.ts";
import { requireId, requireKnown } from "./steps.ts";

/**
 * A follower's account id and secret → session id (PROTOCOL.md, "Follower login"). What it refuses is answered as to
 * a publisher (inference).
 */
export const loginSubscriberAccount: Operation = {
  name: "LoginSubscriberAccount",
  group: "General",
  methods: ["POST"],
  isLogin: true,
  respond(call): ServiceResponse {
    const { given, service, region, nowMs } = call;
    given.requireWellFormed();
    const accountId = given.guid("accountId");
    const secret = given.text("password");
    const applicationId = given.guid("applicationId");
    const subscriber = service.sharing.subscriber(accountId);
    const identity = { by: "AccountId", value: accountId } as const;
    const key = `subscriber/${accountId}`;
    if (service.lockOuts.isLocked(key, nowMs)) throw lockedOut(call, identity);
    const isHere = subscriber !== undefined && (region === undefined || subscriber.region === region);
    if (isHere && !isApplicationIdOf(subscriber.region, applicationId)) throw refused(call, identity, undefined);
    if (!isHere || subscriber.secret !== secret) {
      service.lockOuts.refused(key, nowMs);
      throw refused(call, identity, undefined);
    }
    service.lockOuts.clear(key);
    return idResponse(JSON.stringify(service.sessions.open(subscriber, nowMs)));
  },
};

/** PROTOCOL.md, "Subscriptions of a follower" */
export const listSubscriberAccountSubscriptions: Operation = subscriberOperation(
  "ListSubscriberAccountSubscriptions",
  ({ service }, own) => writeOwnSubscriptions(own, ({ account }) => service.sharing.of(account).isMonitoring),
);

/** PROTOCOL.md, "Readings of a follower" */
export const readSubscriptionLatestGlucoseValues: Operation = subscriberOperation(
  "ReadSubscriptionLatestGlucoseValues",
  (call, own) => {
    const subscriptionId = requireId(call, "subscriptionId");
    const subscription = requireKnown(
      own.find((one) => one.subscriptionId === subscriptionId),
      "subscriptionId",
    );
    const minutes = call.given.integerAnywhere("minutes");
    const maxCount = call.given.integerAnywhere("maxCount");
    return writeReadings(readingsFor(call, subscription, minutes, maxCount), call.service.settings.readingForm);
  },
);

/**
 * One element for each id of the body, in its order; of an element's keys one is on record (PROTOCOL.md, "Last
 * readings of several subscriptions").
 */
export const readLastGlucoseFromSubscriptions: Operation = subscriberOperation(
  "ReadLastGlucoseFromSubscriptions",
  (call, own) => {
    const { json } = call.given;
    if (!Array.isArray(json)) throw invalid("subscriptionIds");
    const elements = json.map((id) => {
      const subscriptionId = parseGuid(String(id));
      const subscription = requireKnown(
        own.find((one) => one.subscriptionId === subscriptionId),
        "subscriptionIds",
      );
      const readings = readingsFor(call, subscription, 1440, 1);
      const [record] = JSON.parse(writeReadings(readings, call.service.settings.readingForm)) as unknown[];
      return { Egv: record ?? null };
    });
    return JSON.stringify(elements).replaceAll("/", "\\/");
  },
);

/* @__NO_SIDE_EFFECTS__ */
function subscriberOperation(
  name: Operation["name"],
  answer: (call: Call, own: readonly Subscription[]) => string,
): Operation {
  return {
    name,
    group: "Subscriber",
    methods: ["POST"],
    respond(call): ServiceResponse {
      call.given.requireWellFormed();
      const subscriber = requireSubscriber(call);
      return jsonResponse(answer(call, call.service.sharing.subscriptionsOf(subscriber)));
    },
  };
}

/** The follower of a session. A publisher's is unknown to this side (inference). @throws Fault */
function requireSubscriber(call: Call): Subscriber {
  const sessionId = call.given.guidAnywhere("sessionId");
  const session = sessionId === ZEROS ? undefined : requireSession(call, sessionId);
  if (session && "subscriberId" in session.holder) return session.holder;
  throw new Fault("SessionIdNotFound", `Failed to find session object. [SessionId = ${sessionId}]`);
}

/** Returns a follower's readings: no reading while paused, only the latest without the graph (inference). */
function readingsFor(
  { nowMs, readingsLateMs }: Call,
  { account, state, permissions }: Subscription,
  minutes: number,
  maxCount: number,
): readonly StoredReading[] {
  if (state !== ACTIVE) return [];
  const most = permissions === 1 ? maxCount : Math.min(maxCount, 1);
  return account.readings.latest(minutes, most, nowMs, readingsLateMs);
}
