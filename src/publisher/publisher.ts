import { limitOf, type Connection } from "../connection.ts";
import type { CallOptions, Dexcom } from "../dexcom.ts";
import { DexcomError } from "../errors.ts";
import type { DexcomOptions } from "../options.ts";
import { caller, readNothing, type Call } from "../sharing/call.ts";
import { checkEmailAddress, checkId, checkSerialNumber } from "../sharing/arguments.ts";
import { connectionOf } from "../sharing/connections.ts";
import { makeLoginByName } from "../sharing/login.ts";
import { assertArgument, checkBoolean, checkText, isObject } from "../validate.ts";
import { parseAlertSettings, writeAlertSettings, type AlertSettings } from "../wire/alert-settings.ts";
import { parseBoolean, parseNewId, parseNothing, type ReceiverAssignment } from "../wire/responses.ts";
import { parseContact, type Contact } from "../wire/contacts.ts";
import { hasIdForm } from "../wire/ids.ts";
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
import type { PostedReading } from "./post.ts";
import { Uploader, type PostOptions } from "./uploader.ts";

/** The options of `Dexcom`, and how to log in. */
export interface PublisherOptions extends DexcomOptions {
  /**
   * Log in by LoginPublisherAccountByName, in one step, as the uploaders of 2015 to 2020 did; needs `username`. For most
   * accounts that has not worked since: then, and from then on, the usual two steps are made, and this was one post more.
   * @default false
   */
  readonly loginByName?: boolean | undefined;
}

/** Whom to invite, and what for. */
export interface Invitation {
  /** The wearer's name as the follower will see it. */
  readonly displayName: string;
  /** Whether the follower may see the graph, and not the latest reading alone. @default true */
  readonly maySeeGraph?: boolean | undefined;
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
 * const posted = await publisher.postReadings("SM00000000", [{ mgDl: 97, trend: "Flat", time: new Date() }]);
 * console.log(posted[0]?.outcome);
 * ```
 */
export class Publisher {
  readonly #connection: Connection;
  readonly #uploader: Uploader;
  /** The last contact made here, whom the service may refuse to invite for a moment. */
  #newContact: { readonly contactId: string; readonly madeAt: number } | undefined;

  /**
   * @param source Options, or a `Dexcom` whose session is to be shared.
   * @throws {ArgumentError} for a bad option, by name.
   */
  constructor(source: PublisherOptions | Dexcom) {
    assertArgument(isObject(source), "options must be an object or a Dexcom");
    const { loginByName = false, username } = source as Partial<PublisherOptions>;
    checkBoolean("loginByName", loginByName);
    // What has the form of an id is one, and not a name: the service would count it as a refused login.
    assertArgument(
      !loginByName || (typeof username === "string" && !hasIdForm(username)),
      "loginByName needs username, and one that is no account id",
    );
    this.#connection = connectionOf(source, loginByName ? makeLoginByName() : undefined);
    this.#uploader = new Uploader(this.#connection);
  }

  /** The service's clock. SystemUtcTime (wire-protocol 3.5: several clients); needs no login. */
  async getSystemTime(options: CallOptions = {}): Promise<Date> {
    return this.#uploader.askTime(limitOf(this.#connection, options));
  }

  /** Whether a receiver or transmitter is assigned to this account. CheckMonitoredReceiverAssignmentStatus (wire-protocol 5.1: several clients). */
  async checkReceiver(serialNumber: string, options?: CallOptions): Promise<ReceiverAssignment> {
    return readAssignment(this.#call(options), checkSerialNumber(serialNumber));
  }

  /**
   * Assigns a receiver or transmitter to this account, in the place of any other. It is no failure if it is assigned already.
   * ReplacePublisherAccountMonitoredReceiver (wire-protocol 5.2: one client, and a description without the answer).
   */
  async replaceReceiver(serialNumber: string, options?: CallOptions): Promise<void> {
    await replaceReceiver(this.#call(options), checkSerialNumber(serialNumber));
  }

  /** Whether a monitoring session is active, without which no reading is taken. IsRemoteMonitoringSessionActive (wire-protocol 5.3: two clients). */
  async isMonitoringActive(options?: CallOptions): Promise<boolean> {
    return isMonitoringActive(this.#call(options));
  }

  /** Starts the monitoring session. It is no failure if one is active. StartRemoteMonitoringSession (wire-protocol 5.4: several clients). */
  async startMonitoring(serialNumber: string, options?: CallOptions): Promise<void> {
    await startMonitoring(this.#call(options), checkSerialNumber(serialNumber));
  }

  /** Stops the monitoring session. It is no failure if none is active. StopRemoteMonitoringSession (wire-protocol 5.5: two clients). */
  async stopMonitoring(options?: CallOptions): Promise<void> {
    await stopMonitoring(this.#call(options));
  }

  /** Says what device and app upload. UpdatePublisherAccountRuntimeInfo (wire-protocol 5.6: two clients). */
  async updateRuntimeInfo(info: RuntimeInfo, options?: CallOptions): Promise<void> {
    assertArgument(isObject(info), "info must be an object");
    for (const field of INFO_FIELDS) checkText(`info.${field}`, info[field]);
    await this.#call(options)(updatePublisherAccountRuntimeInfo, {
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
   * const readings = [{ mgDl: 97, trend: "Flat", time: new Date() }];
   * const [posted] = await publisher.postReadings("SM00000000", readings, { confirm: true });
   * console.log(posted?.outcome, posted?.isConfirmed);
   * ```
   */
  async postReadings(
    serialNumber: string,
    readings: readonly NewReading[],
    options: PostOptions = {},
  ): Promise<PostedReading[]> {
    return this.#uploader.post(checkSerialNumber(serialNumber), readings, options, limitOf(this.#connection, options));
  }

  /** Whether there is a contact of this name. DoesContactExistByName (wire-protocol 6.1: several clients). */
  async hasContact(contactName: string, options?: CallOptions): Promise<boolean> {
    const args = { contactName: checkText("contactName", contactName) };
    return this.#call(options)(doesContactExistByName, { args, parse: parseBoolean });
  }

  /**
   * Makes a contact, whose name no other contact of the account may have, and gives its id: keep that, since no operation
   * finds a contact who was never invited. CreateContact (wire-protocol 6.2: several clients).
   *
   * @throws {PublisherError} `CONTACT_NAME_TAKEN`, `OUTCOME_UNKNOWN`.
   */
  async createContact(contactName: string, emailAddress: string, options?: CallOptions): Promise<string> {
    const args = { contactName: checkText("contactName", contactName), emailAddress: checkEmailAddress(emailAddress) };
    const contactId = await this.#call(options)(createContact, { args, parse: parseNewId });
    this.#newContact = { contactId, madeAt: this.#connection.clock.now() };
    return contactId;
  }

  /** A contact, as far as the service tells. ReadContact (wire-protocol 6.6: one client). */
  async readContact(contactId: string, options?: CallOptions): Promise<Contact> {
    const args = { contactId: checkId("contactId", contactId) };
    return this.#call(options)(readContact, { args, parse: parseContact });
  }

  /** Gives a contact another name. UpdateContactName (wire-protocol 6.6: one client). */
  async renameContact(contactId: string, contactName: string, options?: CallOptions): Promise<void> {
    const args = { contactId: checkId("contactId", contactId), contactName: checkText("contactName", contactName) };
    await this.#call(options)(updateContactName, { args, read: readNothing, parse: parseNothing });
  }

  /** Deletes a contact, who can follow no longer. DeleteContact (wire-protocol 6.5: several clients). */
  async deleteContact(contactId: string, options?: CallOptions): Promise<void> {
    const args = { contactId: checkId("contactId", contactId) };
    await this.#call(options)(deleteContact, { args, read: readNothing, parse: parseNothing });
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
    const invited = checkId("contactId", contactId);
    assertArgument(isObject(invitation), "invitation must be an object");
    const { displayName, maySeeGraph = true, alerts } = invitation;
    const payload = writeInvitation(
      writeAlertSettings(completeAlerts(alerts)),
      checkBoolean("maySeeGraph", maySeeGraph),
      checkText("displayName", displayName),
    );
    const limit = limitOf(this.#connection, options ?? {});
    const call = caller(this.#connection, limit);
    const invite = (): Promise<string> =>
      call(createSubscriptionInvitation, { args: { contactId: invited, payload }, parse: parseNewId });
    try {
      return await invite();
    } catch (error) {
      const { clock } = this.#connection;
      const isNew = contactId === this.#newContact?.contactId && clock.now() - this.#newContact.madeAt < NEW_CONTACT_MS;
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
    return this.#call(options)(listPublisherAccountSubscriptions, { parse: parseSubscriptions });
  }

  /** Lets a follower see the graph, or the latest reading alone. UpdateSubscriptionPermissions (wire-protocol 6.6: one client). */
  async updatePermissions(subscriptionId: string, maySeeGraph: boolean, options?: CallOptions): Promise<void> {
    const permissions = String(writePermissions(checkBoolean("maySeeGraph", maySeeGraph)));
    const args = { subscriptionId: checkId("subscriptionId", subscriptionId), permissions };
    await this.#call(options)(updateSubscriptionPermissions, { args, read: readNothing, parse: parseNothing });
  }

  /** What a follower is alerted of. ReadSubscriptionAlerts (wire-protocol 6.6: one client). */
  async readAlerts(subscriptionId: string, options?: CallOptions): Promise<AlertSettings> {
    const args = { subscriptionId: checkId("subscriptionId", subscriptionId) };
    return this.#call(options)(readSubscriptionAlerts, { args, parse: parseAlertSettings });
  }

  /** Shares nothing with a follower until `resumeSubscription`. PauseSubscription (wire-protocol 6.6: one client). */
  async pauseSubscription(subscriptionId: string, options?: CallOptions): Promise<void> {
    const args = { subscriptionId: checkId("subscriptionId", subscriptionId) };
    await this.#call(options)(pauseSubscription, { args, read: readNothing, parse: parseNothing });
  }

  /** Shares with a follower again. ResumeSubscription (wire-protocol 6.6: one client). */
  async resumeSubscription(subscriptionId: string, options?: CallOptions): Promise<void> {
    const args = { subscriptionId: checkId("subscriptionId", subscriptionId) };
    await this.#call(options)(resumeSubscription, { args, read: readNothing, parse: parseNothing });
  }

  #call(options: CallOptions = {}): Call {
    return caller(this.#connection, limitOf(this.#connection, options));
  }
}
