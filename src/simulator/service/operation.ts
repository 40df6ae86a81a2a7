import type { Region } from "../../region.ts";
import type { ServiceResponse } from "./wire/response.ts";
import type { CallArguments } from "./wire/arguments.ts";
import type { Service } from "./service.ts";

/** The operations that the simulator knows. */
export type OperationName =
  | "SystemUtcTime"
  | "AuthenticatePublisherAccount"
  | "LoginPublisherAccountById"
  | "LoginPublisherAccountByName"
  | "ReadPublisherLatestGlucoseValues"
  | "CheckMonitoredReceiverAssignmentStatus"
  | "ReplacePublisherAccountMonitoredReceiver"
  | "IsRemoteMonitoringSessionActive"
  | "StartRemoteMonitoringSession"
  | "StopRemoteMonitoringSession"
  | "UpdatePublisherAccountRuntimeInfo"
  | "PostReceiverEgvRecords"
  | "DoesContactExistByName"
  | "CreateContact"
  | "ReadContact"
  | "UpdateContactName"
  | "DeleteContact"
  | "CreateSubscriptionInvitation"
  | "ListPublisherAccountSubscriptions"
  | "UpdateSubscriptionPermissions"
  | "ReadSubscriptionAlerts"
  | "PauseSubscription"
  | "ResumeSubscription"
  | "LoginSubscriberAccount"
  | "ListSubscriberAccountSubscriptions"
  | "ReadSubscriptionLatestGlucoseValues"
  | "ReadLastGlucoseFromSubscriptions";

/** One request for an operation. */
export interface Call {
  readonly service: Service;
  readonly region: Region | undefined;
  readonly headers: Headers;
  readonly given: CallArguments;
  /** When it came. */
  readonly nowMs: number;
  /** Additional delay of readings for this request. */
  readonly readingsLateMs: number;
}

/** An operation of the service. Further ones go into `operations/` and its table. */
export interface Operation {
  readonly name: OperationName;
  readonly group: "General" | "Publisher" | "Subscriber";
  readonly methods: readonly string[];
  /** Faults of a login have the headers of a good one. @default false */
  readonly isLogin?: boolean;
  /** @throws Fault, FrontRefusal */
  respond(call: Call): ServiceResponse;
}
