import { jsonResponse } from "../wire/response.ts";
import { invalid } from "../wire/arguments.ts";
import type { Operation } from "../operation.ts";
import { ACTIVE, PAUSED, type State, type Subscription } from "../accounts/sharing.ts";
import { writeSubscriptions } from "../wire/subscriptions.ts";
import { requireContact } from "./contacts.ts";
import { publisherOperation, type PublisherCall, requireId, requireKnown } from "./steps.ts";

/** The types of the four alerts, by their keys (PROTOCOL.md, "Invitations"). */
const ALERT_TYPES = { HighAlert: 1, LowAlert: 2, FixedLowAlert: 3, NoDataAlert: 4 };

/** PROTOCOL.md, "Invitations" */
export const createSubscriptionInvitation: Operation = publisherOperation("CreateSubscriptionInvitation", (call) => {
  const contact = requireContact(call);
  const { AlertSettings, Permissions, DisplayName } = (call.given.json ?? {}) as Readonly<Record<string, unknown>>;
  checkAlertSettings(AlertSettings);
  if (Permissions !== 0 && Permissions !== 1) throw invalid("Permissions");
  if (typeof DisplayName !== "string" || DisplayName === "") throw invalid("DisplayName");
  const invitation = { displayName: DisplayName, permissions: Permissions, alertSettings: AlertSettings };
  return jsonResponse(
    JSON.stringify(call.service.sharing.invite(call.account, contact, invitation, call.nowMs).subscriptionId),
  );
});

/** PROTOCOL.md, "Subscriptions" */
export const listPublisherAccountSubscriptions: Operation = publisherOperation(
  "ListPublisherAccountSubscriptions",
  ({ sharing }) => jsonResponse(writeSubscriptions(sharing.subscriptions, () => sharing.isMonitoring)),
);

/** PROTOCOL.md, "Manage subscriptions" */
export const updateSubscriptionPermissions: Operation = publisherOperation("UpdateSubscriptionPermissions", (call) => {
  const subscription = requireSubscription(call);
  const permissions = call.given.integerAnywhere("permissions");
  if (permissions !== 0 && permissions !== 1) throw invalid("permissions");
  subscription.permissions = permissions;
  subscription.modifiedMs = call.nowMs;
  return undefined;
});

/** Under General, as the only client that calls it has it (PROTOCOL.md, "Operations"). */
export const readSubscriptionAlerts: Operation = publisherOperation(
  "ReadSubscriptionAlerts",
  (call) => jsonResponse(JSON.stringify(requireSubscription(call).alertSettings)),
  "General",
);

/** PROTOCOL.md, "Manage subscriptions" */
export const pauseSubscription: Operation = publisherOperation(
  "PauseSubscription",
  (call) => turn(call, ACTIVE, PAUSED),
  "General",
);

/** PROTOCOL.md, "Manage subscriptions" */
export const resumeSubscription: Operation = publisherOperation(
  "ResumeSubscription",
  (call) => turn(call, PAUSED, ACTIVE),
  "General",
);

/** Twice is as good as once; one that was never accepted, or is removed, can be neither (inference). */
function turn(call: PublisherCall, from: State, to: State): undefined {
  const subscription = requireSubscription(call);
  if (subscription.state !== from && subscription.state !== to) throw invalid("subscriptionId");
  subscription.state = to;
  subscription.modifiedMs = call.nowMs;
}

function requireSubscription(call: PublisherCall): Subscription {
  const subscriptionId = requireId(call, "subscriptionId");
  return requireKnown(
    call.sharing.subscriptions.find((one) => one.subscriptionId === subscriptionId),
    "subscriptionId",
  );
}

/** @throws Fault if one of the four alerts is not there as the official app wrote it */
function checkAlertSettings(settings: unknown): void {
  const given = (settings ?? {}) as Readonly<Record<string, unknown>>;
  for (const [key, type] of Object.entries(ALERT_TYPES)) {
    const alert = (given[key] ?? {}) as Readonly<Record<string, unknown>>;
    const isRight =
      alert["AlertType"] === type &&
      typeof alert["IsEnabled"] === "boolean" &&
      [alert["MinValue"], alert["MaxValue"]].every(Number.isInteger) &&
      [alert["AlarmDelay"], alert["RealarmDelay"]].every((duration) =>
        /^P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/.test(String(duration)),
      ) &&
      typeof alert["Sound"] === "string";
    if (!isRight) throw invalid(key);
  }
}
