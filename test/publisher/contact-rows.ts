import { ALERTS, ALERTS_READ, CONTACT, LISTED, LISTED_READ, SUBSCRIPTION } from "./examples.ts";
import type { Row } from "./row.ts";

/** The operations of contacts, invitations and subscriptions. */
export const CONTACT_ROWS: readonly Row[] = [
  {
    operation: "DoesContactExistByName",
    line: "POST Publisher/DoesContactExistByName?sessionId=SESSION&contactName=Aunt+%26+Uncle",
    call: ({ publisher }) => publisher.hasContact("Aunt & Uncle"),
    response: "true",
    result: true,
    also: [["false", false]],
    repetition: "read",
  },
  {
    operation: "CreateContact",
    line: "POST Publisher/CreateContact?sessionId=SESSION&contactName=Follower&emailAddress=follower%2Btag%40example.com",
    call: ({ publisher }) => publisher.createContact("Follower", "follower+tag@example.com"),
    response: `"${CONTACT}"`,
    result: CONTACT,
    repetition: "once",
  },
  {
    operation: "ReadContact",
    line: `POST Publisher/ReadContact?sessionId=SESSION&contactId=${CONTACT}`,
    call: ({ publisher }) => publisher.getContact(CONTACT),
    response: `{"ContactId":"${CONTACT}","Email":"follower@example.com","Other":1}`,
    result: {
      contactId: CONTACT,
      emailAddress: "follower@example.com",
      json: { ContactId: CONTACT, Email: "follower@example.com", Other: 1 },
    },
    repetition: "read",
  },
  {
    operation: "UpdateContactName",
    line: `POST Publisher/UpdateContactName?sessionId=SESSION&contactId=${CONTACT}&contactName=Gran`,
    call: ({ publisher }) => publisher.renameContact(CONTACT, "Gran"),
    response: "",
    result: undefined,
    repetition: "repeatable",
  },
  {
    operation: "DeleteContact",
    line: `POST Publisher/DeleteContact?sessionId=SESSION&contactId=${CONTACT}`,
    call: ({ publisher }) => publisher.deleteContact(CONTACT),
    response: "",
    result: undefined,
    repetition: "repeatable",
  },
  {
    operation: "CreateSubscriptionInvitation",
    line: `POST Publisher/CreateSubscriptionInvitation?sessionId=SESSION&contactId=${CONTACT}`,
    body: `{"AlertSettings":${ALERTS},"Permissions":1,"DisplayName":"Sharer display name"}`,
    call: ({ publisher }) => publisher.createInvitation(CONTACT, { displayName: "Sharer display name" }),
    response: `"${SUBSCRIPTION}"`,
    result: SUBSCRIPTION,
    repetition: "once",
  },
  {
    operation: "ListPublisherAccountSubscriptions",
    line: "POST Publisher/ListPublisherAccountSubscriptions?sessionId=SESSION",
    call: ({ publisher }) => publisher.listSubscriptions(),
    response: `[${LISTED}]`,
    result: [LISTED_READ],
    also: [["[]", []]],
    repetition: "read",
  },
  {
    operation: "UpdateSubscriptionPermissions",
    line: `POST Publisher/UpdateSubscriptionPermissions?sessionId=SESSION&subscriptionId=${SUBSCRIPTION}&permissions=0`,
    call: ({ publisher }) => publisher.updatePermissions(SUBSCRIPTION, false),
    response: "",
    result: undefined,
    repetition: "repeatable",
  },
  {
    operation: "ReadSubscriptionAlerts",
    line: `POST General/ReadSubscriptionAlerts?sessionId=SESSION&subscriptionId=${SUBSCRIPTION}`,
    call: ({ publisher }) => publisher.getAlerts(SUBSCRIPTION),
    response: ALERTS,
    result: ALERTS_READ,
    // The form of one client: MinValue stays, MaxValue is the chosen threshold.
    also: [
      [
        ALERTS.replace('"MinValue":200,"MaxValue":401', '"MinValue":200,"MaxValue":260'),
        { ...ALERTS_READ, high: { ...ALERTS_READ.high, mgDl: 260 } },
      ],
    ],
    repetition: "read",
  },
  {
    operation: "PauseSubscription",
    line: `POST General/PauseSubscription?sessionId=SESSION&subscriptionId=${SUBSCRIPTION}`,
    call: ({ publisher }) => publisher.pauseSubscription(SUBSCRIPTION),
    response: "",
    result: undefined,
    repetition: "repeatable",
  },
  {
    operation: "ResumeSubscription",
    line: `POST General/ResumeSubscription?sessionId=SESSION&subscriptionId=${SUBSCRIPTION}`,
    call: ({ publisher }) => publisher.resumeSubscription(SUBSCRIPTION),
    response: "",
    result: undefined,
    repetition: "repeatable",
  },
];
