import { elapsedMs, type Clock } from "../clock.ts";
import { DexcomError } from "../errors.ts";
import { assertArgument, checkBoolean, checkNames, checkText, isObject } from "../validate.ts";
import { writeAlertSettings } from "../wire/alert-settings.ts";
import { writeInvitation } from "../wire/subscriptions.ts";
import { completeAlerts, type AlertSettingsInput } from "./alert-settings.ts";

/** An invitation of a follower. */
export interface Invitation {
  /** The wearer's name as the follower sees it. */
  readonly displayName: string;
  /** `true` if the follower may see the graph, `false` for the latest reading alone. @default true */
  readonly hasGraphAccess?: boolean | undefined;
  /** @default `DEFAULT_ALERTS`: only the urgent low alert is on, as in the official app's invitations of 2015 */
  readonly alerts?: AlertSettingsInput | undefined;
}

/**
 * Time that a contact counts as new, and the wait before a refused one is invited again. The service may refuse to
 * invite a contact just after its creation, and soon stops doing so (PROTOCOL.md, "Invitations").
 */
const NEW_CONTACT_MS = 10_000;
const NEW_CONTACT_WAIT_MS = 2000;

/**
 * Returns an invitation as the service takes it.
 *
 * @throws {ArgumentError} If a field is invalid. The message names it.
 */
export function checkInvitation(invitation: Invitation): unknown {
  assertArgument(isObject(invitation), "invitation must be an object");
  checkNames("invitation", invitation, ["displayName", "hasGraphAccess", "alerts"]);
  const { displayName, hasGraphAccess = true, alerts } = invitation;
  return writeInvitation(
    writeAlertSettings(completeAlerts(alerts)),
    checkBoolean("hasGraphAccess", hasGraphAccess),
    checkText("displayName", displayName),
  );
}

/** The contact that a publisher created last. */
export class NewContact {
  readonly #clock: Clock;
  #contactId: string | undefined;
  #createdAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(contactId: string): void {
    this.#contactId = contactId;
    this.#createdAt = elapsedMs(this.#clock);
  }

  /** Invites a contact. If the contact is new and the service refuses, waits and invites it once more. */
  async invite<T>(contactId: string, send: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      return await send();
    } catch (error) {
      const isNew = contactId === this.#contactId && elapsedMs(this.#clock) - this.#createdAt < NEW_CONTACT_MS;
      if (!isNew || !isRefusal(error)) throw error;
      await this.#clock.sleep(NEW_CONTACT_WAIT_MS, signal);
      return send();
    }
  }
}

/** Returns `true` if the service itself refused. It is not on record by which fault. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof DexcomError)) return false;
  return error.code === "UNKNOWN_FAULT" || (error.code === "INVALID_ARGUMENT" && error.status !== undefined);
}
