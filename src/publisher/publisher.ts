import { connectionOfThis, connections, limitOf } from "../connection.ts";
import type { CallOptions } from "../query.ts";
import { checkEmailAddress, checkId, checkSerialNumber } from "../sharing/arguments.ts";
import { caller, EMPTY_RESPONSE, type Call } from "../sharing/call.ts";
import { assertArgument, checkBoolean, checkText, isObject } from "../validate.ts";
import { parseAlertSettings, type AlertSettings } from "../wire/alert-settings.ts";
import { parseContact, type Contact } from "../wire/contacts.ts";
import {
  createContact,
  createSubscriptionInvitation,
  deleteContact,
  doesContactExistByName,
  listPublisherAccountSubscriptions,
  pauseSubscription,
  readContact,
  readSubscriptionAlerts,
  resumeSubscription,
  updateContactName,
  updatePublisherAccountRuntimeInfo,
  updateSubscriptionPermissions,
} from "../wire/operations.ts";
import { parseBoolean, parseNewId, type ReceiverAssignment } from "../wire/responses.ts";
import { writeRuntimeInfo, type RuntimeInfo } from "../wire/runtime-info.ts";
import { parseSubscriptions, writePermissions, type Subscription } from "../wire/subscriptions.ts";
import { checkInvitation, NewContact, type Invitation } from "./invitation.ts";
import { isMonitoringActive, readAssignment, replaceReceiver, startMonitoring, stopMonitoring } from "./monitoring.ts";
import type { NewReading } from "./new-readings.ts";
import { connectPublisher, type PublisherOptions } from "./options.ts";
import type { PostedReading } from "./post.ts";
import { POST_OPTION_NAMES, Uploader, type PostOptions } from "./uploader.ts";

const INFO_FIELDS: readonly (keyof RuntimeInfo)[] = [
  "deviceManufacturer",
  "deviceModel",
  "deviceOsVersion",
  "appVersion",
  "appName",
  "appNumber",
  "deviceOsName",
];

/**
 * The wearer's side of the Share service: uploads readings, and manages who may follow. It logs in as `Dexcom` does.
 * **It changes the account**: try it on the simulator first.
 *
 * These operations are known from clients of 2015 to 2018, some of which still upload today. Nobody has recorded them
 * since. Each method names its operation and how well that is attested. The session id is part of the address in these
 * requests, because the service accepts it only there. No error, event or cause contains an address.
 *
 * Every method rejects as those of `Dexcom` do, and with
 * - `PublisherError`: the service refused and said why, or the response was lost (`OUTCOME_UNKNOWN`);
 * - `ArgumentError`: an argument is invalid. The message names it, and nothing was changed.
 *
 * @example
 * ```ts
 * import { Publisher } from "dexcom-share-ts/publisher";
 * const publisher = new Publisher({ username: "someone@example.com", password: "secret" });
 * const posted = await publisher.postReadings("SM00000000", [{ mgDl: 97, trend: "Flat", datetime: new Date() }]);
 * console.log(posted[0]?.outcome);
 * ```
 */
export class Publisher {
  readonly #uploader: Uploader;
  readonly #newContact: NewContact;

  /** @throws {ArgumentError} If an option is invalid or unknown. The message names it. */
  constructor(options: PublisherOptions) {
    const connection = connectPublisher(options);
    connections.set(this, connection);
    this.#uploader = new Uploader(connection);
    this.#newContact = new NewContact(connection.clock);
  }

  /** Reads the service's clock. Needs no login. SystemUtcTime (several clients). */
  async getSystemTime(options: CallOptions = {}): Promise<Date> {
    const limit = limitOf(connectionOfThis(this, "Publisher"), options);
    return this.#uploader.askTime(limit);
  }

  /**
   * Tells if a receiver or transmitter is assigned to this account.
   * CheckMonitoredReceiverAssignmentStatus (several clients).
   */
  async getReceiverAssignment(serialNumber: string, options?: CallOptions): Promise<ReceiverAssignment> {
    return readAssignment(callOf(this, options), checkSerialNumber(serialNumber));
  }

  /**
   * Assigns a receiver or transmitter to this account, in place of any other. Succeeds if it is assigned already.
   * ReplacePublisherAccountMonitoredReceiver (one client, and a description without the response).
   */
  async replaceReceiver(serialNumber: string, options?: CallOptions): Promise<void> {
    await replaceReceiver(callOf(this, options), checkSerialNumber(serialNumber));
  }

  /**
   * Tells if a monitoring session is active. Readings can be posted only then.
   * IsRemoteMonitoringSessionActive (two clients).
   */
  async isMonitoringActive(options?: CallOptions): Promise<boolean> {
    return isMonitoringActive(callOf(this, options));
  }

  /**
   * Starts the monitoring session. Succeeds if one is active already. StartRemoteMonitoringSession (several clients).
   */
  async startMonitoring(serialNumber: string, options?: CallOptions): Promise<void> {
    await startMonitoring(callOf(this, options), checkSerialNumber(serialNumber));
  }

  /** Stops the monitoring session. Succeeds also if there is no session. StopRemoteMonitoringSession (two clients). */
  async stopMonitoring(options?: CallOptions): Promise<void> {
    await stopMonitoring(callOf(this, options));
  }

  /** Tells the service which device and app upload. UpdatePublisherAccountRuntimeInfo (two clients). */
  async updateRuntimeInfo(info: RuntimeInfo, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    assertArgument(isObject(info), "info must be an object");
    for (const field of INFO_FIELDS) checkText(`info.${field}`, info[field]);
    const args = { runtimeInfo: writeRuntimeInfo(info) };
    await call(updatePublisherAccountRuntimeInfo, { args, ...EMPTY_RESPONSE });
  }

  /**
   * Posts readings. If this rejects, post the same readings again: the call continues where the last one ended. The
   * service recognizes a reading by its time, so each is stored once, even if the connection drops halfway. A
   * monitoring session that is not active is started, once. PostReceiverEgvRecords (several clients).
   *
   * @param readings In any order, one for each second at most. No reading may be in the future by the service's clock.
   * @returns The outcome of each reading, in the order given.
   * @throws {PublisherError} `RECEIVER_NOT_ASSIGNED`, unless `replaceReceiver` is set; `RECEIVER_DOES_NOT_MATCH`.
   * @throws {ArgumentError} Before any request, except for readings in the future: they take a request for the time.
   * @example
   * ```ts
   * const readings = [{ mgDl: 97, trend: "Flat", datetime: new Date() }];
   * const [posted] = await publisher.postReadings("SM00000000", readings, { confirm: true });
   * console.log(posted?.outcome, posted?.isConfirmed);
   * ```
   */
  async postReadings(
    serialNumber: string,
    readings: readonly NewReading[],
    options: PostOptions = {},
  ): Promise<PostedReading[]> {
    const limit = limitOf(connectionOfThis(this, "Publisher"), options, POST_OPTION_NAMES);
    return this.#uploader.post(checkSerialNumber(serialNumber), readings, options, limit);
  }

  /** Tells if a contact of this name exists. DoesContactExistByName (several clients). */
  async hasContact(contactName: string, options?: CallOptions): Promise<boolean> {
    const call = callOf(this, options);
    const args = { contactName: checkText("contactName", contactName) };
    return call(doesContactExistByName, { args, parse: parseBoolean });
  }

  /**
   * Creates a contact, and resolves to its id. The name must be new in the account. Keep the id: no operation finds a
   * contact who was never invited. CreateContact (several clients).
   *
   * @throws {PublisherError} `CONTACT_NAME_TAKEN`, `OUTCOME_UNKNOWN`.
   */
  async createContact(contactName: string, emailAddress: string, options?: CallOptions): Promise<string> {
    const call = callOf(this, options);
    const args = { contactName: checkText("contactName", contactName), emailAddress: checkEmailAddress(emailAddress) };
    const contactId = await call(createContact, { args, parse: parseNewId });
    this.#newContact.note(contactId);
    return contactId;
  }

  /** Reads a contact. ReadContact (one client). */
  async getContact(contactId: string, options?: CallOptions): Promise<Contact> {
    const call = callOf(this, options);
    const args = { contactId: checkId("contactId", contactId) };
    return call(readContact, { args, parse: parseContact });
  }

  /** Renames a contact. UpdateContactName (one client). */
  async renameContact(contactId: string, contactName: string, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    const args = { contactId: checkId("contactId", contactId), contactName: checkText("contactName", contactName) };
    await call(updateContactName, { args, ...EMPTY_RESPONSE });
  }

  /** Deletes a contact. The contact can then no longer follow. DeleteContact (several clients). */
  async deleteContact(contactId: string, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    const args = { contactId: checkId("contactId", contactId) };
    await call(deleteContact, { args, ...EMPTY_RESPONSE });
  }

  /**
   * Invites a contact to follow, and resolves to the subscription's id. Dexcom sends the e-mail. The invitation expires
   * after seven days. CreateSubscriptionInvitation (several clients).
   *
   * @throws {PublisherError} `OUTCOME_UNKNOWN`: `listSubscriptions` shows if the contact was invited.
   * @example
   * ```ts
   * const contactId = await publisher.createContact("Grandmother", "grandmother@example.com");
   * await publisher.createInvitation(contactId, { displayName: "Sam", alerts: { high: { mgDl: 250, isEnabled: true } } });
   * ```
   */
  async createInvitation(contactId: string, invitation: Invitation, options?: CallOptions): Promise<string> {
    const connection = connectionOfThis(this, "Publisher");
    const args = { contactId: checkId("contactId", contactId), payload: checkInvitation(invitation) };
    const limit = limitOf(connection, options);
    const call = caller(connection, limit);
    const send = (): Promise<string> => call(createSubscriptionInvitation, { args, parse: parseNewId });
    return this.#newContact.invite(contactId, send, limit.signal);
  }

  /**
   * Lists everybody who follows, was invited or was removed. ListPublisherAccountSubscriptions (several clients).
   *
   * @example
   * ```ts
   * for (const { contactName, state } of await publisher.listSubscriptions()) console.log(contactName, state);
   * ```
   */
  async listSubscriptions(options?: CallOptions): Promise<Subscription[]> {
    return callOf(this, options)(listPublisherAccountSubscriptions, { parse: parseSubscriptions });
  }

  /** Lets a follower see the graph, or the latest reading alone. UpdateSubscriptionPermissions (one client). */
  async updatePermissions(subscriptionId: string, hasGraphAccess: boolean, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    const permissions = String(writePermissions(checkBoolean("hasGraphAccess", hasGraphAccess)));
    const args = { subscriptionId: checkId("subscriptionId", subscriptionId), permissions };
    await call(updateSubscriptionPermissions, { args, ...EMPTY_RESPONSE });
  }

  /** Reads the alert settings of a follower. ReadSubscriptionAlerts (one client). */
  async getAlerts(subscriptionId: string, options?: CallOptions): Promise<AlertSettings> {
    const call = callOf(this, options);
    const args = { subscriptionId: checkId("subscriptionId", subscriptionId) };
    return call(readSubscriptionAlerts, { args, parse: parseAlertSettings });
  }

  /** Stops sharing with a follower until `resumeSubscription`. PauseSubscription (one client). */
  async pauseSubscription(subscriptionId: string, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    const args = { subscriptionId: checkId("subscriptionId", subscriptionId) };
    await call(pauseSubscription, { args, ...EMPTY_RESPONSE });
  }

  /** Shares with a paused follower again. ResumeSubscription (one client). */
  async resumeSubscription(subscriptionId: string, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    const args = { subscriptionId: checkId("subscriptionId", subscriptionId) };
    await call(resumeSubscription, { args, ...EMPTY_RESPONSE });
  }
}

/** Not a method, because a method that was taken off its client must reject with an `ArgumentError`. */
function callOf(publisher: Publisher, options: CallOptions = {}): Call {
  const connection = connectionOfThis(publisher, "Publisher");
  return caller(connection, limitOf(connection, options));
}
