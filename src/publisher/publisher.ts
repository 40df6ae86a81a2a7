import { elapsedMs } from "../clock.ts";
import { connectionOfThis, connections, limitOf } from "../connection.ts";
import { DexcomError } from "../errors.ts";
import type { CallOptions } from "../query.ts";
import { caller, readNothing, type Call } from "../sharing/call.ts";
import { checkEmailAddress, checkId, checkSerialNumber } from "../sharing/arguments.ts";
import { assertArgument, checkBoolean, checkNames, checkText, isObject } from "../validate.ts";
import { parseAlertSettings, writeAlertSettings, type AlertSettings } from "../wire/alert-settings.ts";
import { parseBoolean, parseNewId, parseNothing, type ReceiverAssignment } from "../wire/responses.ts";
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
import { writeRuntimeInfo, type RuntimeInfo } from "../wire/runtime-info.ts";
import { parseSubscriptions, writeInvitation, writePermissions, type Subscription } from "../wire/subscriptions.ts";
import { completeAlerts, type AlertSettingsInput } from "./alert-settings.ts";
import { isMonitoringActive, readAssignment, replaceReceiver, startMonitoring, stopMonitoring } from "./monitoring.ts";
import type { NewReading } from "./new-readings.ts";
import { connectPublisher, type PublisherOptions } from "./options.ts";
import type { PostedReading } from "./post.ts";
import { POST_OPTION_NAMES, Uploader, type PostOptions } from "./uploader.ts";

/** Whom to invite, and what for. */
export interface Invitation {
  /** The wearer's name as the follower will see it. */
  readonly displayName: string;
  /** Whether the follower may see the graph, and not the latest reading alone. @default true */
  readonly hasGraphAccess?: boolean | undefined;
  /** @default the urgent low alert alone, as the official app invited in 2015 */
  readonly alerts?: AlertSettingsInput | undefined;
}

/** How long a contact counts as new, and how long one client waits before it invites one that was refused (wire-protocol 6.3). */
const NEW_CONTACT_MS = 10_000;
const NEW_CONTACT_WAIT_MS = 2000;

/** Whether the service itself said no, to an argument or by a code that nobody has written down. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof DexcomError)) return false;
  return error.code === "UNKNOWN_FAULT" || (error.code === "INVALID_ARGUMENT" && error.status !== undefined);
}

/** A device's seven texts about itself. */
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
 * The wearer's side of the Share service: uploads readings, and manages who may follow. It logs in as `Dexcom` does, and
 * shares everything with one that it is given. **It changes the account**: try it on the simulator first.
 *
 * What is known of these operations comes from clients of 2015 to 2018, some of which still upload today; nothing of it
 * was recorded since. Each method names its operation, and in parentheses where `wire-protocol` has it and how well it is
 * attested. A session's id travels in the address here, because the service knows no other way; no error, event or
 * cause holds an address.
 *
 * Every method rejects as those of `Dexcom` do, and with
 * - `PublisherError`: the service refused, and said why; or it is not known whether it did (`OUTCOME_UNKNOWN`);
 * - `ArgumentError`: an argument can't be right, by name; nothing was changed.
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
  /** The last contact made here, whom the service may refuse to invite for a moment. */
  #newContact: { readonly contactId: string; readonly madeAt: number } | undefined;

  /** @throws {ArgumentError} If an option is invalid or unknown. The message names it. */
  constructor(options: PublisherOptions) {
    const connection = connectPublisher(options);
    connections.set(this, connection);
    this.#uploader = new Uploader(connection);
  }

  /** The service's clock. SystemUtcTime (wire-protocol 3.5: several clients); needs no login. */
  async getSystemTime(options: CallOptions = {}): Promise<Date> {
    const limit = limitOf(connectionOfThis(this, "Publisher"), options);
    return this.#uploader.askTime(limit);
  }

  /** Whether a receiver or transmitter is assigned to this account. CheckMonitoredReceiverAssignmentStatus (wire-protocol 5.1: several clients). */
  async getReceiverAssignment(serialNumber: string, options?: CallOptions): Promise<ReceiverAssignment> {
    const call = callOf(this, options);
    return readAssignment(call, checkSerialNumber(serialNumber));
  }

  /**
   * Assigns a receiver or transmitter to this account, in the place of any other. It is no failure if it is assigned already.
   * ReplacePublisherAccountMonitoredReceiver (wire-protocol 5.2: one client, and a description without the answer).
   */
  async replaceReceiver(serialNumber: string, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    await replaceReceiver(call, checkSerialNumber(serialNumber));
  }

  /** Whether a monitoring session is active, without which no reading is taken. IsRemoteMonitoringSessionActive (wire-protocol 5.3: two clients). */
  async isMonitoringActive(options?: CallOptions): Promise<boolean> {
    const call = callOf(this, options);
    return isMonitoringActive(call);
  }

  /** Starts the monitoring session. It is no failure if one is active. StartRemoteMonitoringSession (wire-protocol 5.4: several clients). */
  async startMonitoring(serialNumber: string, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    await startMonitoring(call, checkSerialNumber(serialNumber));
  }

  /** Stops the monitoring session. It is no failure if none is active. StopRemoteMonitoringSession (wire-protocol 5.5: two clients). */
  async stopMonitoring(options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    await stopMonitoring(call);
  }

  /** Says what device and app upload. UpdatePublisherAccountRuntimeInfo (wire-protocol 5.6: two clients). */
  async updateRuntimeInfo(info: RuntimeInfo, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    assertArgument(isObject(info), "info must be an object");
    for (const field of INFO_FIELDS) checkText(`info.${field}`, info[field]);
    await call(updatePublisherAccountRuntimeInfo, {
      args: { runtimeInfo: writeRuntimeInfo(info) },
      read: readNothing,
      parse: parseNothing,
    });
  }

  /**
   * Posts readings, all of them or none that is not told: where this rejects, post the same ones again, and it goes on
   * where it was. The service knows a reading again by its time, so that nothing is lost and nothing doubled, also where
   * the connection drops half-way. A monitoring session that is not active is started, once. PostReceiverEgvRecords
   * (wire-protocol 5.7: several clients).
   *
   * @param readings In any order, one for each second at most; none of the future, by the service's own clock.
   * @returns What became of each reading, in the order given.
   * @throws {PublisherError} `RECEIVER_NOT_ASSIGNED`, unless `replaceReceiver` is set; `RECEIVER_DOES_NOT_MATCH`.
   * @throws {ArgumentError} before anything is sent, but for readings of the future: the service is asked for its time first.
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

  /** Whether there is a contact of this name. DoesContactExistByName (wire-protocol 6.1: several clients). */
  async hasContact(contactName: string, options?: CallOptions): Promise<boolean> {
    const call = callOf(this, options);
    const args = { contactName: checkText("contactName", contactName) };
    return call(doesContactExistByName, { args, parse: parseBoolean });
  }

  /**
   * Makes a contact, whose name no other contact of the account may have, and gives its id: keep that, since no operation
   * finds a contact who was never invited. CreateContact (wire-protocol 6.2: several clients).
   *
   * @throws {PublisherError} `CONTACT_NAME_TAKEN`, `OUTCOME_UNKNOWN`.
   */
  async createContact(contactName: string, emailAddress: string, options?: CallOptions): Promise<string> {
    const call = callOf(this, options);
    const args = { contactName: checkText("contactName", contactName), emailAddress: checkEmailAddress(emailAddress) };
    const contactId = await call(createContact, { args, parse: parseNewId });
    this.#newContact = { contactId, madeAt: elapsedMs(connectionOfThis(this, "Publisher").clock) };
    return contactId;
  }

  /** A contact, as far as the service tells. ReadContact (wire-protocol 6.6: one client). */
  async getContact(contactId: string, options?: CallOptions): Promise<Contact> {
    const call = callOf(this, options);
    const args = { contactId: checkId("contactId", contactId) };
    return call(readContact, { args, parse: parseContact });
  }

  /** Gives a contact another name. UpdateContactName (wire-protocol 6.6: one client). */
  async renameContact(contactId: string, contactName: string, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    const args = { contactId: checkId("contactId", contactId), contactName: checkText("contactName", contactName) };
    await call(updateContactName, { args, read: readNothing, parse: parseNothing });
  }

  /** Deletes a contact, who can follow no longer. DeleteContact (wire-protocol 6.5: several clients). */
  async deleteContact(contactId: string, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    const args = { contactId: checkId("contactId", contactId) };
    await call(deleteContact, { args, read: readNothing, parse: parseNothing });
  }

  /**
   * Invites a contact to follow, and gives the subscription's id. The service sends the e-mail itself; the invitation
   * lapses after seven days. CreateSubscriptionInvitation (wire-protocol 6.3: several clients).
   *
   * @throws {PublisherError} `OUTCOME_UNKNOWN`: `listSubscriptions` shows whether the contact was invited.
   * @example
   * ```ts
   * const contactId = await publisher.createContact("Grandmother", "grandmother@example.com");
   * await publisher.createInvitation(contactId, { displayName: "Sam", alerts: { high: { mgDl: 250, isEnabled: true } } });
   * ```
   */
  async createInvitation(contactId: string, invitation: Invitation, options?: CallOptions): Promise<string> {
    const connection = connectionOfThis(this, "Publisher");
    const invited = checkId("contactId", contactId);
    assertArgument(isObject(invitation), "invitation must be an object");
    checkNames("invitation", invitation, ["displayName", "hasGraphAccess", "alerts"]);
    const { displayName, hasGraphAccess = true, alerts } = invitation;
    const payload = writeInvitation(
      writeAlertSettings(completeAlerts(alerts)),
      checkBoolean("hasGraphAccess", hasGraphAccess),
      checkText("displayName", displayName),
    );
    const limit = limitOf(connection, options);
    const call = caller(connection, limit);
    const invite = (): Promise<string> =>
      call(createSubscriptionInvitation, { args: { contactId: invited, payload }, parse: parseNewId });
    try {
      return await invite();
    } catch (error) {
      const { clock } = connection;
      const made = this.#newContact;
      const isNew = contactId === made?.contactId && elapsedMs(clock) - made.madeAt < NEW_CONTACT_MS;
      // Said to happen right after CreateContact, and to be over soon (wire-protocol 6.3); not by which fault.
      if (!isNew || !isRefusal(error)) throw error;
      await clock.sleep(NEW_CONTACT_WAIT_MS, limit.signal);
      return invite();
    }
  }

  /**
   * Everybody who follows or was invited to, who was removed too. ListPublisherAccountSubscriptions (wire-protocol 6.4: several clients).
   *
   * @example
   * ```ts
   * for (const { contactName, state } of await publisher.listSubscriptions()) console.log(contactName, state);
   * ```
   */
  async listSubscriptions(options?: CallOptions): Promise<Subscription[]> {
    const call = callOf(this, options);
    return call(listPublisherAccountSubscriptions, { parse: parseSubscriptions });
  }

  /** Lets a follower see the graph, or the latest reading alone. UpdateSubscriptionPermissions (wire-protocol 6.6: one client). */
  async updatePermissions(subscriptionId: string, hasGraphAccess: boolean, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    const permissions = String(writePermissions(checkBoolean("hasGraphAccess", hasGraphAccess)));
    const args = { subscriptionId: checkId("subscriptionId", subscriptionId), permissions };
    await call(updateSubscriptionPermissions, { args, read: readNothing, parse: parseNothing });
  }

  /** What a follower is alerted of. ReadSubscriptionAlerts (wire-protocol 6.6: one client). */
  async getAlerts(subscriptionId: string, options?: CallOptions): Promise<AlertSettings> {
    const call = callOf(this, options);
    const args = { subscriptionId: checkId("subscriptionId", subscriptionId) };
    return call(readSubscriptionAlerts, { args, parse: parseAlertSettings });
  }

  /** Shares nothing with a follower until `resumeSubscription`. PauseSubscription (wire-protocol 6.6: one client). */
  async pauseSubscription(subscriptionId: string, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    const args = { subscriptionId: checkId("subscriptionId", subscriptionId) };
    await call(pauseSubscription, { args, read: readNothing, parse: parseNothing });
  }

  /** Shares with a follower again. ResumeSubscription (wire-protocol 6.6: one client). */
  async resumeSubscription(subscriptionId: string, options?: CallOptions): Promise<void> {
    const call = callOf(this, options);
    const args = { subscriptionId: checkId("subscriptionId", subscriptionId) };
    await call(resumeSubscription, { args, read: readNothing, parse: parseNothing });
  }
}

/** Not a method: those are also reached without their object, which has to be an `ArgumentError`. */
function callOf(publisher: Publisher, options: CallOptions = {}): Call {
  const connection = connectionOfThis(publisher, "Publisher");
  return caller(connection, limitOf(connection, options));
}
