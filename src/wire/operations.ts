/**
 * The operations of the service that this package uses. This file alone knows their paths and where each argument
 * travels. One constant an operation, so that a bundle holds only the rows that it uses.
 */

/**
 * Tells what may be done after a lost response, when nobody knows if the service has carried out the request:
 *
 * - `"read"`: changes nothing, and may be repeated.
 * - `"repeatable"`: has the same result once or twice. May be repeated, but not after the service has refused it.
 * - `"once"`: a second request would make a second contact or send a second e-mail. Never repeated: the caller gets
 *   `OUTCOME_UNKNOWN`, looks, and decides.
 * - `"login"`: holds the password. A refusal must not be posted twice, and a lost response may have been one, so it is
 *   repeated once at most.
 */
export type Repetition = "read" | "repeatable" | "once" | "login";

/** An operation whose arguments travel in the body. */
export interface OperationRow {
  /** Path below `SERVICES_PATH`. */
  readonly path: `${"General" | "Publisher" | "Subscriber"}/${string}`;
  readonly method?: "GET";
  /** Names of the fields of the JSON body. */
  readonly body?: readonly string[];
  readonly repetition: Repetition;
}

/** An operation of the rest of the service. */
export interface SharingRow extends Omit<OperationRow, "body"> {
  /** Names of the arguments that travel in the query, `sessionId` among them. */
  readonly query?: readonly string[];
  /** Names of the fields of the JSON body, or `"payload"` if that argument alone is the body. */
  readonly body?: readonly string[] | "payload";
  /** Writes each slash of the body as `\/`: the .NET service tells a date from a text by that. */
  readonly escapesSlashes?: true;
  /** Fault `Code` that means that the requested state already exists. */
  readonly doneCode?: string;
}

/** Path of the service on its host. A proxy's prefix comes before it. */
export const SERVICES_PATH = "/ShareWebServices/Services/";

export const systemUtcTime: OperationRow = { path: "General/SystemUtcTime", method: "GET", repetition: "read" };

export const authenticatePublisherAccount: OperationRow = {
  path: "General/AuthenticatePublisherAccount",
  body: ["accountName", "password", "applicationId"],
  repetition: "login",
};

export const loginPublisherAccountById: OperationRow = {
  path: "General/LoginPublisherAccountById",
  body: ["accountId", "password", "applicationId"],
  repetition: "login",
};

export const loginPublisherAccountByName: OperationRow = {
  path: "General/LoginPublisherAccountByName",
  body: ["accountName", "password", "applicationId"],
  repetition: "login",
};

export const loginSubscriberAccount: OperationRow = {
  path: "General/LoginSubscriberAccount",
  body: ["accountId", "password", "applicationId"],
  repetition: "login",
};

// The service also takes the arguments of a read in the query. In the body the session id reaches no log of addresses.
export const readPublisherLatestGlucoseValues: OperationRow = {
  path: "Publisher/ReadPublisherLatestGlucoseValues",
  body: ["sessionId", "minutes", "maxCount"],
  repetition: "read",
};

export const checkMonitoredReceiverAssignmentStatus: SharingRow = {
  path: "Publisher/CheckMonitoredReceiverAssignmentStatus",
  query: ["sessionId", "serialNumber"],
  repetition: "read",
};

// The fault for a receiver that is assigned already is not on record. The caller reads the assignment to find out.
export const replacePublisherAccountMonitoredReceiver: SharingRow = {
  path: "Publisher/ReplacePublisherAccountMonitoredReceiver",
  query: ["sessionId", "serialNumber"],
  repetition: "repeatable",
};

export const isRemoteMonitoringSessionActive: SharingRow = {
  path: "Publisher/IsRemoteMonitoringSessionActive",
  query: ["sessionId"],
  repetition: "read",
};

export const startRemoteMonitoringSession: SharingRow = {
  path: "Publisher/StartRemoteMonitoringSession",
  query: ["sessionId", "serialNumber"],
  repetition: "repeatable",
  doneCode: "MonitoringSessionAlreadyActive",
};

export const stopRemoteMonitoringSession: SharingRow = {
  path: "Publisher/StopRemoteMonitoringSession",
  query: ["sessionId"],
  repetition: "repeatable",
  doneCode: "MonitoringSessionNotActive",
};

export const updatePublisherAccountRuntimeInfo: SharingRow = {
  path: "Publisher/UpdatePublisherAccountRuntimeInfo",
  body: ["sessionId", "runtimeInfo"],
  escapesSlashes: true,
  repetition: "repeatable",
};

// The service recognizes a reading that it has already, so an upload may be repeated.
export const postReceiverEgvRecords: SharingRow = {
  path: "Publisher/PostReceiverEgvRecords",
  query: ["sessionId"],
  body: "payload",
  escapesSlashes: true,
  repetition: "repeatable",
  doneCode: "DuplicateEgvPosted",
};

export const doesContactExistByName: SharingRow = {
  path: "Publisher/DoesContactExistByName",
  query: ["sessionId", "contactName"],
  repetition: "read",
};

// A repetition would be refused because the name is taken, and the id of the contact would be lost.
export const createContact: SharingRow = {
  path: "Publisher/CreateContact",
  query: ["sessionId", "contactName", "emailAddress"],
  repetition: "once",
};

export const readContact: SharingRow = {
  path: "Publisher/ReadContact",
  query: ["sessionId", "contactId"],
  repetition: "read",
};

export const updateContactName: SharingRow = {
  path: "Publisher/UpdateContactName",
  query: ["sessionId", "contactId", "contactName"],
  repetition: "repeatable",
};

export const deleteContact: SharingRow = {
  path: "Publisher/DeleteContact",
  query: ["sessionId", "contactId"],
  repetition: "repeatable",
};

// The service sends an e-mail for each request.
export const createSubscriptionInvitation: SharingRow = {
  path: "Publisher/CreateSubscriptionInvitation",
  query: ["sessionId", "contactId"],
  body: "payload",
  escapesSlashes: true,
  repetition: "once",
};

export const listPublisherAccountSubscriptions: SharingRow = {
  path: "Publisher/ListPublisherAccountSubscriptions",
  query: ["sessionId"],
  repetition: "read",
};

export const updateSubscriptionPermissions: SharingRow = {
  path: "Publisher/UpdateSubscriptionPermissions",
  query: ["sessionId", "subscriptionId", "permissions"],
  repetition: "repeatable",
};

export const readSubscriptionAlerts: SharingRow = {
  path: "General/ReadSubscriptionAlerts",
  query: ["sessionId", "subscriptionId"],
  repetition: "read",
};

export const pauseSubscription: SharingRow = {
  path: "General/PauseSubscription",
  query: ["sessionId", "subscriptionId"],
  repetition: "repeatable",
};

export const resumeSubscription: SharingRow = {
  path: "General/ResumeSubscription",
  query: ["sessionId", "subscriptionId"],
  repetition: "repeatable",
};

export const listSubscriberAccountSubscriptions: SharingRow = {
  path: "Subscriber/ListSubscriberAccountSubscriptions",
  query: ["sessionId"],
  repetition: "read",
};

export const readSubscriptionLatestGlucoseValues: SharingRow = {
  path: "Subscriber/ReadSubscriptionLatestGlucoseValues",
  query: ["sessionId", "subscriptionId", "minutes", "maxCount"],
  repetition: "read",
};

export const readLastGlucoseFromSubscriptions: SharingRow = {
  path: "Subscriber/ReadLastGlucoseFromSubscriptions",
  query: ["sessionId"],
  body: "payload",
  escapesSlashes: true,
  repetition: "read",
};
