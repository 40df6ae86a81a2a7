/**
 * What may be done where an answer was lost, so that nobody knows whether the service did what it was asked for:
 *
 * - `"read"`: it changes nothing, and is sent again like any read;
 * - `"repeatable"`: twice is as good as once, so it is sent again, but never after the service has said why not;
 * - `"once"`: a second one would make a second contact, or send a second e-mail. It is not sent again: the caller gets
 *   `OUTCOME_UNKNOWN`, looks, and decides.
 */
export type Repetition = "read" | "repeatable" | "once";

/** An operation's group in the path, how it may be repeated, and the fault that says that what it asks for is so already. */
export type OperationRow = readonly [
  group: "General" | "Publisher" | "Subscriber",
  repetition: Repetition,
  done?: string,
];

const TABLE = {
  SystemUtcTime: ["General", "read"],
  CheckMonitoredReceiverAssignmentStatus: ["Publisher", "read"],
  // Refuses a receiver that is assigned already, by a code that nobody has written down: then the assignment is asked for.
  ReplacePublisherAccountMonitoredReceiver: ["Publisher", "repeatable"],
  IsRemoteMonitoringSessionActive: ["Publisher", "read"],
  StartRemoteMonitoringSession: ["Publisher", "repeatable", "MonitoringSessionAlreadyActive"],
  StopRemoteMonitoringSession: ["Publisher", "repeatable", "MonitoringSessionNotActive"],
  UpdatePublisherAccountRuntimeInfo: ["Publisher", "repeatable"],
  // The service knows a reading again: that makes an upload repeatable.
  PostReceiverEgvRecords: ["Publisher", "repeatable", "DuplicateEgvPosted"],
  DoesContactExistByName: ["Publisher", "read"],
  // A second one would be refused for its name, and the first one's id would be lost all the same.
  CreateContact: ["Publisher", "once"],
  ReadContact: ["Publisher", "read"],
  UpdateContactName: ["Publisher", "repeatable"],
  DeleteContact: ["Publisher", "repeatable"],
  // The service sends an e-mail for each.
  CreateSubscriptionInvitation: ["Publisher", "once"],
  ListPublisherAccountSubscriptions: ["Publisher", "read"],
  UpdateSubscriptionPermissions: ["Publisher", "repeatable"],
  ReadSubscriptionAlerts: ["General", "read"],
  PauseSubscription: ["General", "repeatable"],
  ResumeSubscription: ["General", "repeatable"],
  ListSubscriberAccountSubscriptions: ["Subscriber", "read"],
  ReadSubscriptionLatestGlucoseValues: ["Subscriber", "read"],
  ReadLastGlucoseFromSubscriptions: ["Subscriber", "read"],
} as const;

/** The operations of the publisher's and the follower's side (wire-protocol 4 to 7). */
export type OperationName = keyof typeof TABLE;

/** How each is called, and how often. */
export const OPERATIONS: Readonly<Record<OperationName, OperationRow>> = TABLE;
