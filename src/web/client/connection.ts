import type { Tick, View } from "./view.ts";

/** Ticks come every 15 s. Without one for this long the connection is dead, even if nothing says so. */
const SILENCE_MS = 35_000;
const RETRY_MS = 5000;
const POLL_MS = 30_000;
const EVENTS = ["snapshot", "reading", "late", "stale", "recovered", "alarm"];

/** Connection to the stream of events. It is opened again when it fails and when it falls silent. */
export class Connection {
  readonly #view: View;
  #source: EventSource | undefined;
  #lastId = "";
  #heardAt = Date.now();
  #openedAt = 0;
  #polledAt = Date.now();
  #offlineSince: number | undefined;

  constructor(view: View) {
    this.#view = view;
  }

  start(): void {
    if (!this.#view.isLive) return;
    this.#source?.close();
    this.#openedAt = Date.now();
    // An `EventSource` of our own making sends no `Last-Event-ID`.
    const source = new EventSource(`${this.#view.base}/events?lastEventId=${encodeURIComponent(this.#lastId)}`);
    this.#source = source;
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => {
        this.#hear();
        this.#lastId = event.lastEventId;
        void this.#view.refresh();
      });
    }
    source.addEventListener("tick", (event) => {
      this.#hear();
      this.#view.noteTick(JSON.parse(String(event.data)) as Tick);
    });
    source.addEventListener("error", () => this.#setOffline());
  }

  /** Looks once a second if the connection lives: a laptop that slept holds a dead one without an error. */
  check(): void {
    if (!this.#view.isLive) {
      void this.#poll();
      return;
    }
    const isSilent = Date.now() - this.#heardAt > SILENCE_MS;
    if (isSilent) this.#setOffline();
    const isClosed = this.#source?.readyState === EventSource.CLOSED;
    const waitMs = isClosed ? RETRY_MS : SILENCE_MS;
    if ((isSilent || isClosed) && Date.now() - this.#openedAt > waitMs) {
      // If the login has expired the view knows it.
      if (isClosed) void this.#view.refresh();
      this.start();
    }
  }

  async #poll(): Promise<void> {
    if (Date.now() - this.#polledAt < POLL_MS) return;
    this.#polledAt = Date.now();
    if (await this.#view.refresh()) this.#hear();
    else this.#setOffline();
  }

  #hear(): void {
    this.#heardAt = Date.now();
    if (this.#offlineSince === undefined) return;
    this.#offlineSince = undefined;
    const banner = document.querySelector<HTMLElement>("#offline")!;
    banner.hidden = true;
    banner.textContent = "";
  }

  #setOffline(): void {
    if (this.#offlineSince !== undefined) return;
    this.#offlineSince = this.#heardAt;
    const banner = document.querySelector<HTMLElement>("#offline")!;
    const time = new Date(this.#heardAt).toTimeString().slice(0, 5);
    banner.textContent = `Offline: no contact with this page\u2019s server since ${time}. Trying again.`;
    banner.hidden = false;
  }
}
