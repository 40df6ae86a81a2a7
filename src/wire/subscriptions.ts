import type { ErrorDetails } from "../errors.ts";
import { idOrZeros, isId, usableId } from "./ids.ts";
import { parseWrappedDate, wrappedDate } from "./old-dates.ts";
import * as schema from "./schema.ts";

/** A subscription as the service sends it (PROTOCOL.md, "Subscriptions"). It may hold other keys, which are kept. */
export interface RawSubscription {
  readonly SubscriptionId: string;
  readonly ContactId?: string | null | undefined;
  readonly ContactName?: string | null | undefined;
  readonly SubscriberId?: string | null | undefined;
  readonly InvitationId?: string | null | undefined;
  readonly DisplayName?: string | null | undefined;
  readonly State: number;
  readonly Permissions: number;
  readonly IsEnabled: boolean;
  readonly IsMonitoringSessionActive?: boolean | null | undefined;
  readonly DateTimeCreated?: unknown;
  readonly DateTimeModified?: unknown;
  readonly InviteExpires?: unknown;
}

/** State of a subscription; `"unknown"` if the service sends a number that nobody has described. */
export type SubscriptionState = "invited" | "active" | "paused" | "removed" | "unknown";

/** A follower of the wearer, or somebody who is invited to follow. */
export interface Subscription {
  readonly subscriptionId: string;
  /** The publisher's contact that was invited. */
  readonly contactId: string | undefined;
  readonly contactName: string | undefined;
  /** The follower's account; `undefined` until the invitation is accepted. */
  readonly subscriberId: string | undefined;
  /** Present in a follower's own list. */
  readonly invitationId: string | undefined;
  /** The wearer's name as the follower sees it. */
  readonly displayName: string | undefined;
  readonly state: SubscriptionState;
  /** `true` if the follower may see the graph, `false` if only the latest reading. */
  readonly hasGraphAccess: boolean;
  /** `true` if sharing is switched on for this follower. */
  readonly isEnabled: boolean;
  /** `true` if the wearer's monitoring session is active; `undefined` if the service does not say. */
  readonly isMonitoringActive: boolean | undefined;
  readonly createdAt: Date | undefined;
  readonly modifiedAt: Date | undefined;
  /** Moment when the invitation expires, seven days after it was made. */
  readonly inviteExpiresAt: Date | undefined;
  /** The record as the service sent it. */
  readonly json: RawSubscription;
}

/** One client attests to these numbers. The first published description has 2 as well. */
const STATES: ReadonlyMap<number, SubscriptionState> = /* @__PURE__ */ new Map<number, SubscriptionState>([
  [2, "invited"],
  [6, "active"],
  [7, "paused"],
  [10, "removed"],
]);

const text = /* @__PURE__ */ schema.lazy(() => schema.string("not a text"));
const wholeNumber = /* @__PURE__ */ schema.lazy(() => schema.int("not a number"));
const trueOrFalse = /* @__PURE__ */ schema.lazy(() => schema.boolean("not true or false"));

const listSchema = /* @__PURE__ */ schema.lazy((): schema.Schema<RawSubscription[]> =>
  schema.array(
    schema.object(
      {
        SubscriptionId: usableId(),
        ContactId: schema.nullish(idOrZeros()),
        ContactName: schema.nullish(text()),
        SubscriberId: schema.nullish(idOrZeros()),
        InvitationId: schema.nullish(idOrZeros()),
        DisplayName: schema.nullish(text()),
        State: wholeNumber(),
        Permissions: wholeNumber(),
        IsEnabled: trueOrFalse(),
        IsMonitoringSessionActive: schema.nullish(trueOrFalse()),
        DateTimeCreated: schema.nullish(wrappedDate()),
        DateTimeModified: schema.nullish(wrappedDate()),
        InviteExpires: schema.nullish(wrappedDate()),
      },
      "not a subscription",
    ),
    "not a list",
  ),
);

/**
 * Reads the publisher's or a follower's list of subscriptions, in the service's order.
 *
 * @throws {ServerError} If the response is no list, or if a subscription breaks a rule.
 */
export function parseSubscriptions(value: unknown, details: () => ErrorDetails): Subscription[] {
  schema.checkSchema(listSchema(), value, details);
  return value.map(toSubscription);
}

function toSubscription(json: RawSubscription): Subscription {
  const id = (value: unknown): string | undefined => (isId(value) ? value : undefined);
  return {
    subscriptionId: json.SubscriptionId,
    contactId: id(json.ContactId),
    contactName: json.ContactName ?? undefined,
    // Zeros until the invitation is accepted.
    subscriberId: id(json.SubscriberId),
    invitationId: id(json.InvitationId),
    displayName: json.DisplayName ?? undefined,
    state: STATES.get(json.State) ?? "unknown",
    hasGraphAccess: json.Permissions === 1,
    isEnabled: json.IsEnabled,
    isMonitoringActive: json.IsMonitoringSessionActive ?? undefined,
    createdAt: parseWrappedDate(json.DateTimeCreated),
    modifiedAt: parseWrappedDate(json.DateTimeModified),
    inviteExpiresAt: parseWrappedDate(json.InviteExpires),
    json,
  };
}

/** Writes the body of CreateSubscriptionInvitation (PROTOCOL.md, "Invitations"). */
export function writeInvitation(alertSettings: object, hasGraphAccess: boolean, displayName: string): object {
  return { AlertSettings: alertSettings, Permissions: writePermissions(hasGraphAccess), DisplayName: displayName };
}

/** Writes permissions: 1 if the follower may see the graph, else 0. */
export function writePermissions(hasGraphAccess: boolean): 0 | 1 {
  return hasGraphAccess ? 1 : 0;
}
