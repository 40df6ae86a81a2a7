import { ACTIVE, type Subscription } from "../accounts/sharing.ts";

/**
 * A list of subscriptions as the service writes it: keys in this order, dates in the old form (PROTOCOL.md,
 * "Subscriptions").
 */
export function writeSubscriptions(
  subscriptions: readonly Subscription[],
  isMonitoring: (one: Subscription) => boolean,
): string {
  return withSlashes(subscriptions.map((one) => toRecord(one, isMonitoring(one))));
}

/** The same with the key that only followers get (PROTOCOL.md, "Subscriptions of a follower"). */
export function writeOwnSubscriptions(
  subscriptions: readonly Subscription[],
  isMonitoring: (one: Subscription) => boolean,
): string {
  return withSlashes(
    subscriptions.map((one) => ({ ...toRecord(one, isMonitoring(one)), InvitationId: one.invitationId })),
  );
}

function toRecord(one: Subscription, isMonitoring: boolean): object {
  return {
    ContactId: one.contact.contactId,
    ContactName: one.contact.name,
    DateTimeCreated: wrapped(one.createdMs),
    DateTimeModified: wrapped(one.modifiedMs),
    DisplayName: one.displayName,
    InviteExpires: wrapped(one.expiresMs),
    IsEnabled: one.state === ACTIVE,
    IsMonitoringSessionActive: isMonitoring,
    Permissions: one.permissions,
    State: one.state,
    SubscriberId: one.subscriberId,
    SubscriptionId: one.subscriptionId,
  };
}

/** In whole milliseconds, whatever the clock has: a virtual one may have moved by a random wait. */
function wrapped(ms: number): object {
  return { DateTime: `/Date(${Math.floor(ms)})/`, OffsetMinutes: 0 };
}

/** Slashes were escaped on this side: `\/Date(…)\/` (PROTOCOL.md, "Date syntax"). */
function withSlashes(value: unknown): string {
  return JSON.stringify(value).replaceAll("/", "\\/");
}
