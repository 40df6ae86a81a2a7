import type { ErrorDetails } from "../errors.ts";
import { hasIdForm, isId } from "./ids.ts";
import { parseWrappedDate } from "./old-dates.ts";
import { checkShape, rule, shape, type Shape } from "./shape.ts";

/** A subscription as the service sends it (wire-protocol 6.4). Other keys may be there and are kept. */
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
  readonly IsMonitoringSessionActive?: boolean | undefined;
  readonly DateTimeCreated?: unknown;
  readonly DateTimeModified?: unknown;
  readonly InviteExpires?: unknown;
}

/** How far a subscription has come; `"unknown"` where the service names a state that nobody has described. */
export type SubscriptionState = "invited" | "active" | "paused" | "removed" | "unknown";

/** That somebody follows the wearer, or is invited to. */
export interface Subscription {
  readonly subscriptionId: string;
  /** The publisher's contact that was invited. */
  readonly contactId: string | undefined;
  readonly contactName: string | undefined;
  /** The follower's account; `undefined` until the invitation is accepted. */
  readonly subscriberId: string | undefined;
  /** In a follower's own list. */
  readonly invitationId: string | undefined;
  /** The wearer's name as the follower sees it. */
  readonly displayName: string | undefined;
  readonly state: SubscriptionState;
  /** Whether the follower may see the graph, and not the latest reading alone. */
  readonly maySeeGraph: boolean;
  /** Whether sharing is switched on for this follower. */
  readonly isEnabled: boolean;
  /** Whether the wearer's monitoring session is active; `undefined` where the service did not say. */
  readonly isMonitoringActive: boolean | undefined;
  readonly createdAt: Date | undefined;
  readonly modifiedAt: Date | undefined;
  /** When the invitation lapses, seven days after it was made. */
  readonly inviteExpiresAt: Date | undefined;
  /** The record as the service sent it. */
  readonly json: RawSubscription;
}

/** Attested by one client, 2 by the first description as well (wire-protocol 6.4). */
const STATES: ReadonlyMap<number, SubscriptionState> = /* @__PURE__ */ new Map<number, SubscriptionState>([
  [2, "invited"],
  [6, "active"],
  [7, "paused"],
  [10, "removed"],
]);

let listShape: Shape<unknown[]> | undefined;
let subscriptionShape: Shape<RawSubscription> | undefined;

function makeSubscriptionShape(): Shape<RawSubscription> {
  const optional = (
    key: keyof RawSubscription,
    what: string,
    is: (value: unknown) => boolean,
  ): ReturnType<typeof rule<RawSubscription>> =>
    rule<RawSubscription>(key, `not ${what}`, ({ [key]: value }) => value === undefined || value === null || is(value));
  const isText = (value: unknown): boolean => typeof value === "string";
  return shape(
    "not a subscription",
    (value) => typeof value === "object" && value !== null,
    rule("SubscriptionId", "not an id of the service", ({ SubscriptionId }) => isId(SubscriptionId)),
    rule("State", "not a number", ({ State }) => Number.isSafeInteger(State)),
    rule("Permissions", "not a number", ({ Permissions }) => Number.isSafeInteger(Permissions)),
    rule("IsEnabled", "not true or false", ({ IsEnabled }) => typeof IsEnabled === "boolean"),
    optional("IsMonitoringSessionActive", "true or false", (value) => typeof value === "boolean"),
    ...(["ContactId", "SubscriberId", "InvitationId"] as const).map((key) =>
      optional(key, "an id of the service", hasIdForm),
    ),
    ...(["ContactName", "DisplayName"] as const).map((key) => optional(key, "a text", isText)),
    ...(["DateTimeCreated", "DateTimeModified", "InviteExpires"] as const).map((key) =>
      optional(key, "a date of the service", (value) => parseWrappedDate(value) !== undefined),
    ),
  );
}

/**
 * The publisher's or a follower's list of subscriptions, in the service's order.
 *
 * @throws {ServerError} where the answer is no list or one of them breaks a rule.
 */
export function parseSubscriptions(value: unknown, details: () => ErrorDetails): Subscription[] {
  checkShape((listShape ??= shape<unknown[]>("not a list", Array.isArray)), value, details);
  subscriptionShape ??= makeSubscriptionShape();
  return value.map((item) => {
    checkShape(subscriptionShape!, item, details);
    return toSubscription(item);
  });
}

function toSubscription(json: RawSubscription): Subscription {
  const id = (value: unknown): string | undefined => (isId(value) ? value : undefined);
  return {
    subscriptionId: json.SubscriptionId,
    contactId: id(json.ContactId),
    contactName: json.ContactName ?? undefined,
    // All zeros until somebody has accepted.
    subscriberId: id(json.SubscriberId),
    invitationId: id(json.InvitationId),
    displayName: json.DisplayName ?? undefined,
    state: STATES.get(json.State) ?? "unknown",
    maySeeGraph: json.Permissions === 1,
    isEnabled: json.IsEnabled,
    isMonitoringActive: json.IsMonitoringSessionActive ?? undefined,
    createdAt: parseWrappedDate(json.DateTimeCreated),
    modifiedAt: parseWrappedDate(json.DateTimeModified),
    inviteExpiresAt: parseWrappedDate(json.InviteExpires),
    json,
  };
}

/** The body of CreateSubscriptionInvitation (wire-protocol 6.3). */
export function writeInvitation(alertSettings: object, maySeeGraph: boolean, displayName: string): object {
  return { AlertSettings: alertSettings, Permissions: writePermissions(maySeeGraph), DisplayName: displayName };
}

/** 1 where the follower may see the graph, 0 where not (wire-protocol 6.3, 6.6). */
export function writePermissions(maySeeGraph: boolean): 0 | 1 {
  return maySeeGraph ? 1 : 0;
}
