import { ArgumentError } from "../../../errors.ts";
import type { Account } from "./account.ts";
import type { Service } from "../service.ts";
import { INVITED, type Subscriber, type Subscription } from "./sharing.ts";

/** Somebody who follows an account of the simulator. */
export interface SimulatedFollower {
  /** The contact's name. */
  readonly name: string;
  readonly subscriptionId: string;
  /** The follower's own account id. */
  readonly accountId: string;
  /** The 32 hexadecimal digits that the Follow app would have made. `Subscriber` logs in with them. */
  readonly secret: string;
}

/** Those who have accepted, in the order of their invitations. */
export function followersOf({ sharing }: Service, account: Account): readonly SimulatedFollower[] {
  return sharing.of(account).subscriptions.flatMap((subscription) => {
    const subscriber = sharing.subscriber(subscription.subscriberId);
    return subscriber === undefined ? [] : [toFollower(subscription, subscriber)];
  });
}

/** @throws {ArgumentError} If there is no open invitation, or no such follower. */
export function acceptInvitation(
  { sharing, settings }: Service,
  subscriptionId: string,
  followerId: string | undefined,
): SimulatedFollower {
  const nowMs = settings.clock.now();
  const subscription = sharing.find(String(subscriptionId).toLowerCase());
  if (subscription?.state !== INVITED) throw new ArgumentError("The simulator has no such open invitation");
  if (subscription.expiresMs <= nowMs) throw new ArgumentError("The invitation has expired");
  const known = followerId === undefined ? undefined : sharing.subscriber(followerId.toLowerCase());
  if (followerId !== undefined && known === undefined) throw new ArgumentError("The simulator has no such follower");
  return toFollower(subscription, sharing.accept(subscription, known, nowMs));
}

function toFollower(
  { contact, subscriptionId }: Subscription,
  { subscriberId, secret }: Subscriber,
): SimulatedFollower {
  return { name: contact.name, subscriptionId, accountId: subscriberId, secret };
}
