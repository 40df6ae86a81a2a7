import { toHex } from "../hex.ts";

/** Event of the stream, ready to be sent. */
export interface LoggedEvent {
  readonly id: string;
  readonly message: Uint8Array;
}

/** A week of readings of one wearer. Whoever was away for longer gets a snapshot. */
const MAX_EVENTS = 2016;

/**
 * Events in the order of their arrival, each with an id `epoch.sequence`. The instant of a reading would be no id: late
 * readings come after newer ones.
 */
export class EventLog {
  #drawn: string | undefined;
  readonly #events: LoggedEvent[] = [];
  /** Number of the last event. */
  #sequence = 0;

  /** Id of the last event, or of the moment before the first one. */
  get lastId(): string {
    return `${this.#epoch}.${this.#sequence}`;
  }

  /** Keeps an event. */
  add(encode: (id: string) => Uint8Array): LoggedEvent {
    this.#sequence++;
    const event = { id: this.lastId, message: encode(this.lastId) };
    this.#events.push(event);
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
    return event;
  }

  /** Forgets the events: whoever has seen one of them needs a snapshot. */
  reset(): void {
    this.#sequence++;
    this.#events.length = 0;
  }

  /** Differs at each start: the numbers of an earlier process mean nothing. Workers have no random at module scope. */
  get #epoch(): string {
    return (this.#drawn ??= toHex(crypto.getRandomValues(new Uint8Array(6))));
  }

  /** Returns the events after `id`, or `undefined` if they are not all here. */
  after(id: string | null): readonly LoggedEvent[] | undefined {
    const [, epoch, digits] = /^([0-9a-f]+)\.(\d{1,15})$/.exec(id ?? "") ?? [];
    const seen = Number(digits);
    const first = this.#sequence - this.#events.length;
    if (epoch !== this.#epoch || !(seen >= first && seen <= this.#sequence)) return undefined;
    return this.#events.slice(seen - first);
  }
}
