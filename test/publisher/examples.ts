import type { AlertSettings, PostedReading, Subscription } from "../../src/publisher/index.ts";

/** Ids of the protocol's own examples. */
export const CONTACT = "11111111-1111-1111-1111-111111111111";
export const SUBSCRIPTION = "22222222-2222-2222-2222-222222222222";
export const FOLLOWER = "33333333-3333-3333-3333-333333333333";
export const SECRET = "0123456789abcdef0123456789abcdef";
export const SERIAL = "SM00000000";

/** PROTOCOL.md, "Invitations" */
export const ALERTS: string =
  '{"HighAlert":{"MinValue":200,"MaxValue":401,"AlarmDelay":"PT1H","AlertType":1,"IsEnabled":false,"RealarmDelay":"PT2H","Sound":"High.wav"},"LowAlert":{"MinValue":39,"MaxValue":70,"AlarmDelay":"PT30M","AlertType":2,"IsEnabled":false,"RealarmDelay":"PT2H","Sound":"Low.wav"},"FixedLowAlert":{"MinValue":39,"MaxValue":55,"AlarmDelay":"PT0M","AlertType":3,"IsEnabled":true,"RealarmDelay":"PT30M","Sound":"UrgentLow.wav"},"NoDataAlert":{"MinValue":39,"MaxValue":401,"AlarmDelay":"PT1H","AlertType":4,"IsEnabled":false,"RealarmDelay":"PT0M","Sound":"NoData.wav"}}';

export const ALERTS_READ: AlertSettings = {
  high: { mgDl: 200, isEnabled: false, delayMinutes: 60, repeatMinutes: 120, sound: "High.wav" },
  low: { mgDl: 70, isEnabled: false, delayMinutes: 30, repeatMinutes: 120, sound: "Low.wav" },
  urgentLow: { mgDl: 55, isEnabled: true, delayMinutes: 0, repeatMinutes: 30, sound: "UrgentLow.wav" },
  noData: { isEnabled: false, delayMinutes: 60, repeatMinutes: 0, sound: "NoData.wav" },
};

/** PROTOCOL.md, "Subscriptions" */
export const LISTED: string = String.raw`{"ContactId":"11111111-1111-1111-1111-111111111111","ContactName":"Follower","DateTimeCreated":{"DateTime":"\/Date(1437101121008)\/","OffsetMinutes":0},"DateTimeModified":{"DateTime":"\/Date(1437101121008)\/","OffsetMinutes":0},"DisplayName":"Sharer","InviteExpires":{"DateTime":"\/Date(1437705921008)\/","OffsetMinutes":0},"IsEnabled":false,"IsMonitoringSessionActive":true,"Permissions":1,"State":2,"SubscriberId":"00000000-0000-0000-0000-000000000000","SubscriptionId":"22222222-2222-2222-2222-222222222222"}`;

export const LISTED_READ: Subscription = {
  subscriptionId: SUBSCRIPTION,
  contactId: CONTACT,
  contactName: "Follower",
  subscriberId: undefined,
  invitationId: undefined,
  displayName: "Sharer",
  state: "invited",
  hasGraphAccess: true,
  isEnabled: false,
  isMonitoringActive: true,
  createdAt: new Date(1437101121008),
  modifiedAt: new Date(1437101121008),
  inviteExpiresAt: new Date(1437705921008),
  json: JSON.parse(LISTED) as Subscription["json"],
};

/** PROTOCOL.md, "Glucose values", of 2015 */
export const RECORD: string = String.raw`{"DT":"\/Date(1426780716000-0700)\/","ST":"\/Date(1426784306000)\/","Trend":4,"Value":99,"WT":"\/Date(1426769941000)\/"}`;

export const figures = (readings: readonly { mgDl: number; datetime: Date; trendDirection: string }[]): unknown =>
  readings.map(({ mgDl, datetime, trendDirection }) => [mgDl, datetime.getTime(), trendDirection]);
export const RECORD_READ: readonly unknown[] = [99, 1426769941000, "Flat"];

export const POSTED: readonly PostedReading[] = [{ mgDl: 97, datetime: new Date(1426768741000), outcome: "accepted" }];
