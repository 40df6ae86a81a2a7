export type { RawSubscription, Subscription, SubscriptionState } from "../wire/subscriptions.ts";
export { Subscriber, type LatestReading, type SubscriberOptions } from "./subscriber.ts";
