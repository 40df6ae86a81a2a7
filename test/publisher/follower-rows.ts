import { CONTACT, LISTED, LISTED_READ, RECORD, RECORD_READ, SUBSCRIPTION, figures } from "./examples.ts";
import type { Row } from "./row.ts";

/** The operations of the follower's side. */
export const FOLLOWER_ROWS: readonly Row[] = [
  {
    operation: "ListSubscriberAccountSubscriptions",
    line: "POST Subscriber/ListSubscriberAccountSubscriptions?sessionId=SESSION",
    call: async ({ subscriber }) =>
      (await subscriber.listSubscriptions()).map(({ json, ...rest }) => (void json, rest)),
    response: `[${LISTED.replace("{", `{"InvitationId":"${CONTACT}",`).replace('"Follower"', "null").replace('"State":2', '"State":6')}]`,
    result: [
      (({ json, ...rest }) => (void json, { ...rest, invitationId: CONTACT, contactName: undefined, state: "active" }))(
        LISTED_READ,
      ),
    ],
    also: [["[]", []]],
    repetition: "read",
  },
  {
    operation: "ReadSubscriptionLatestGlucoseValues",
    line: `POST Subscriber/ReadSubscriptionLatestGlucoseValues?sessionId=SESSION&subscriptionId=${SUBSCRIPTION}&minutes=60&maxCount=2`,
    call: async ({ subscriber }) => figures(await subscriber.getGlucoseReadings(SUBSCRIPTION, 60, 2)),
    response: `[${RECORD}]`,
    result: [RECORD_READ],
    also: [["[]", []]],
    repetition: "read",
  },
  {
    operation: "ReadLastGlucoseFromSubscriptions",
    line: "POST Subscriber/ReadLastGlucoseFromSubscriptions?sessionId=SESSION",
    body: `["${SUBSCRIPTION}"]`,
    call: async ({ subscriber }) => {
      const [latest] = await subscriber.getLatestGlucoseReadings([SUBSCRIPTION]);
      return latest?.reading && [latest.subscriptionId, figures([latest.reading])];
    },
    response: `[{"Egv":${RECORD},"Unknown":1}]`,
    result: [SUBSCRIPTION, [RECORD_READ]],
    also: [
      ['[{"Egv":null}]', undefined],
      ["[]", undefined],
    ],
    repetition: "read",
  },
];
