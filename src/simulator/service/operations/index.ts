import type { Operation } from "../operation.ts";
import { authenticatePublisherAccount, loginPublisherAccountById, loginPublisherAccountByName } from "./logins.ts";
import { createContact, deleteContact, doesContactExistByName, readContact, updateContactName } from "./contacts.ts";
import { postReceiverEgvRecords } from "./post-readings.ts";
import { readPublisherLatestGlucoseValues } from "./read-latest.ts";
import {
  checkMonitoredReceiverAssignmentStatus,
  isRemoteMonitoringSessionActive,
  replacePublisherAccountMonitoredReceiver,
  startRemoteMonitoringSession,
  stopRemoteMonitoringSession,
  updatePublisherAccountRuntimeInfo,
} from "./receivers.ts";
import {
  listSubscriberAccountSubscriptions,
  loginSubscriberAccount,
  readLastGlucoseFromSubscriptions,
  readSubscriptionLatestGlucoseValues,
} from "./subscribers.ts";
import {
  createSubscriptionInvitation,
  listPublisherAccountSubscriptions,
  pauseSubscription,
  readSubscriptionAlerts,
  resumeSubscription,
  updateSubscriptionPermissions,
} from "./subscriptions.ts";
import { systemUtcTime } from "./system-utc-time.ts";

/** Every operation by its place in the path, such as `"General/SystemUtcTime"`. */
export const OPERATIONS: ReadonlyMap<string, Operation> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ [
    systemUtcTime,
    authenticatePublisherAccount,
    loginPublisherAccountById,
    loginPublisherAccountByName,
    readPublisherLatestGlucoseValues,
    checkMonitoredReceiverAssignmentStatus,
    replacePublisherAccountMonitoredReceiver,
    isRemoteMonitoringSessionActive,
    startRemoteMonitoringSession,
    stopRemoteMonitoringSession,
    updatePublisherAccountRuntimeInfo,
    postReceiverEgvRecords,
    doesContactExistByName,
    createContact,
    readContact,
    updateContactName,
    deleteContact,
    createSubscriptionInvitation,
    listPublisherAccountSubscriptions,
    updateSubscriptionPermissions,
    readSubscriptionAlerts,
    pauseSubscription,
    resumeSubscription,
    loginSubscriberAccount,
    listSubscriberAccountSubscriptions,
    readSubscriptionLatestGlucoseValues,
    readLastGlucoseFromSubscriptions,
  ].map((operation) => [`${operation.group}/${operation.name}`, operation]),
);
