import type { Region } from "../../../region.ts";
import type { Account } from "./account.ts";
import { ZEROS } from "../wire/guid.ts";
import { hash, hashText, RandomStream } from "../../readings/random.ts";

/** Seven days (PROTOCOL.md, "Invitations", from the sample's two dates). */
const INVITATION_MS = 604_800_000;

/** As the service numbers them (PROTOCOL.md, "Subscriptions"). */
export const INVITED = 2;
export const ACTIVE = 6;
export const PAUSED = 7;
export const REMOVED = 10;
export type State = typeof INVITED | typeof ACTIVE | typeof PAUSED | typeof REMOVED;

export interface Contact {
  readonly contactId: string;
  name: string;
  readonly emailAddress: string;
}

/** One wearer shares with one follower, or has invited one. */
export interface Subscription {
  readonly subscriptionId: string;
  readonly invitationId: string;
  readonly account: Account;
  readonly contact: Contact;
  readonly displayName: string;
  readonly alertSettings: unknown;
  readonly createdMs: number;
  readonly expiresMs: number;
  modifiedMs: number;
  state: State;
  permissions: number;
  /** Zeros until the invitation is accepted (PROTOCOL.md, "Subscriptions"). */
  subscriberId: string;
}

/** A follower's own account. */
export interface Subscriber {
  readonly subscriberId: string;
  /** 32 hexadecimal digits (PROTOCOL.md, "Follower login"). */
  readonly secret: string;
  readonly region: Region;
}

/** Contacts, invitations and followers of one wearer's account. */
export interface Sharing {
  /** The serial number of the assigned receiver. */
  receiver: string | undefined;
  isMonitoring: boolean;
  runtimeInfo: unknown;
  readonly contacts: Map<string, Contact>;
  /** In the order in which they were made; removed ones stay. */
  readonly subscriptions: Subscription[];
}

/** Terms of an invitation. */
export interface Invitation {
  readonly displayName: string;
  readonly permissions: number;
  readonly alertSettings: unknown;
}

/** Who shares what with whom. */
export class SharingBook {
  readonly #seed: number;
  readonly #random: RandomStream;
  readonly #startMs: number;
  readonly #byAccount = new Map<Account, Sharing>();
  readonly #subscribers = new Map<string, Subscriber>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #bySubscriber = new Map<string, Subscription[]>();

  constructor(seed: number, purpose: number, startMs: number) {
    this.#seed = seed;
    this.#random = new RandomStream(seed, purpose);
    this.#startMs = startMs;
  }

  /** An account's own; with the followers that it was given, who have all accepted. */
  of(account: Account): Sharing {
    const known = this.#byAccount.get(account);
    if (known !== undefined) return known;
    const sharing: Sharing = {
      receiver: undefined,
      isMonitoring: false,
      runtimeInfo: undefined,
      contacts: new Map(),
      subscriptions: [],
    };
    this.#byAccount.set(account, sharing);
    // Of the account's own chance, whatever was asked first.
    const random = new RandomStream(hash(this.#seed, hashText(account.accountId)));
    for (const [index, name] of account.followers.entries()) {
      const contact = this.addContact(account, name, `follower${index + 1}@example.com`, random);
      const given = { displayName: account.username, permissions: 1, alertSettings: USUAL_ALERTS };
      this.accept(this.invite(account, contact, given, this.#startMs, random), undefined, this.#startMs, random);
    }
    return sharing;
  }

  addContact(account: Account, name: string, emailAddress: string, random: RandomStream = this.#random): Contact {
    const contact = { contactId: random.uuid(), name, emailAddress };
    this.of(account).contacts.set(contact.contactId, contact);
    return contact;
  }

  invite(
    account: Account,
    contact: Contact,
    invitation: Invitation,
    nowMs: number,
    random: RandomStream = this.#random,
  ): Subscription {
    const subscription: Subscription = {
      ...invitation,
      subscriptionId: random.uuid(),
      invitationId: random.uuid(),
      account,
      contact,
      createdMs: nowMs,
      expiresMs: nowMs + INVITATION_MS,
      modifiedMs: nowMs,
      state: INVITED,
      subscriberId: ZEROS,
    };
    this.of(account).subscriptions.push(subscription);
    this.#subscriptions.set(subscription.subscriptionId, subscription);
    return subscription;
  }

  /**
   * As the Follow app does it, by no operation that is on record; with a new follower's account if no account is given.
   */
  accept(
    subscription: Subscription,
    subscriber: Subscriber | undefined,
    nowMs: number,
    random: RandomStream = this.#random,
  ): Subscriber {
    const follower = subscriber ?? {
      subscriberId: random.uuid(),
      secret: random.hex(32),
      region: subscription.account.region,
    };
    this.#subscribers.set(follower.subscriberId, follower);
    const own = this.#bySubscriber.get(follower.subscriberId) ?? [];
    this.#bySubscriber.set(follower.subscriberId, [...own, subscription]);
    subscription.subscriberId = follower.subscriberId;
    subscription.state = ACTIVE;
    subscription.modifiedMs = nowMs;
    return follower;
  }

  subscriber(subscriberId: string): Subscriber | undefined {
    return this.#subscribers.get(subscriberId);
  }

  /** A subscription of any account that was looked at before, which those with a subscription were. */
  find(subscriptionId: string): Subscription | undefined {
    return this.#subscriptions.get(subscriptionId);
  }

  /** Returns the subscriptions of this follower in all accounts, former ones included. */
  subscriptionsOf(subscriber: Subscriber): readonly Subscription[] {
    return this.#bySubscriber.get(subscriber.subscriberId) ?? [];
  }

  /**
   * Returns `true` if the account shares with anybody: without a follower its own reads are empty too (PROTOCOL.md,
   * "Glucose values" and "Accounts and devices").
   */
  isShared(account: Account, nowMs: number): boolean {
    // Most accounts are only read: what their followers are is made when somebody asks.
    const sharing = this.#byAccount.get(account);
    if (sharing === undefined) return account.followers.length > 0;
    return sharing.subscriptions.some(
      ({ state, expiresMs }) => state !== REMOVED && (state !== INVITED || expiresMs > nowMs),
    );
  }
}

/** The captured invitation's (PROTOCOL.md, "Invitations"). */
const USUAL_ALERTS = {
  HighAlert: usualAlert(200, 401, "PT1H", 1, "PT2H", "High.wav"),
  LowAlert: usualAlert(39, 70, "PT30M", 2, "PT2H", "Low.wav"),
  FixedLowAlert: usualAlert(39, 55, "PT0M", 3, "PT30M", "UrgentLow.wav", true),
  NoDataAlert: usualAlert(39, 401, "PT1H", 4, "PT0M", "NoData.wav"),
};

/* @__NO_SIDE_EFFECTS__ */
function usualAlert(
  MinValue: number,
  MaxValue: number,
  AlarmDelay: string,
  AlertType: number,
  RealarmDelay: string,
  Sound: string,
  IsEnabled = false,
): object {
  return { MinValue, MaxValue, AlarmDelay, AlertType, IsEnabled, RealarmDelay, Sound };
}
