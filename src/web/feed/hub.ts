import { elapsedMs, type Clock } from "../../clock.ts";
import type { WearerOptions } from "../options.ts";
import { ArchiveReader } from "./archive-reader.ts";
import { EventLog } from "./event-log.ts";
import type { Feed, FeedListener, NewReading } from "./feed.ts";
import { LiveFeed } from "./live-feed.ts";
import { encodeMessage } from "./message.ts";
import { PolledFeed } from "./polled-feed.ts";
import { describeSnapshot, describeTick, describeWearer } from "./describe.ts";
import { ReadCounts } from "./read-counts.ts";
import { WearerAlarms } from "./wearer-alarms.ts";
import type { Watched } from "./watched.ts";
import { Wearer } from "./wearer.ts";

/** Receiver of a stream of events. */
export interface Viewer {
  send(message: Uint8Array): void;
  /** Called when the hub closes. */
  end(): void;
}

interface HubOptions {
  readonly clock: Clock;
  readonly isLive: boolean;
  /** `true` if the feeds go on without viewers. */
  readonly isAlwaysOn: boolean;
}

/** Time between two ticks. A page that receives no tick for longer reconnects. */
const TICK_MS = 15_000;
/** Time that the feeds go on after the last request. Clients that poll once in five minutes keep them running. */
const IDLE_MS = 660_000;

/** Feeds of all wearers, and the viewers that they are sent to. */
export class Hub {
  readonly watched: readonly Watched[];
  readonly #feeds: readonly Feed[];
  readonly #clock: Clock;
  readonly #isLive: boolean;
  readonly #isAlwaysOn: boolean;
  readonly #log = new EventLog();
  readonly #viewers = new Set<Viewer>();
  readonly #told = new Set<Wearer>();
  #stop: AbortController | undefined;
  #usedAt = -Infinity;
  #isClosed = false;

  constructor(wearers: ReadonlyMap<string, WearerOptions>, { clock, isLive, isAlwaysOn }: HubOptions) {
    this.#clock = clock;
    this.#isLive = isLive;
    this.#isAlwaysOn = isAlwaysOn;
    const made = [...wearers].map(([name, options]) => {
      const wearer = new Wearer(name, clock);
      const alarms = new WearerAlarms(options.alarms, (event) =>
        this.#emit("alarm", { wearer: name || undefined, event }),
      );
      const archive = options.archive && new ArchiveReader(options.archive, clock);
      const watched = { wearer, alarms, archive, counts: new ReadCounts() };
      const FeedClass = isLive ? LiveFeed : PolledFeed;
      return { watched, feed: new FeedClass(wearer, options.source, { clock, listener: this.#listenerOf(watched) }) };
    });
    this.watched = made.map(({ watched }) => watched);
    this.#feeds = made.map(({ feed }) => feed);
    if (isAlwaysOn) this.#start();
  }

  /** Starts the feeds unless they run, and waits until they have something to show. */
  async use(): Promise<void> {
    if (this.#isClosed) return;
    this.#usedAt = elapsedMs(this.#clock);
    this.#start();
    await Promise.all(this.#feeds.map((feed) => feed.ready()));
  }

  /** Returns what a viewer has missed since the event `lastId`: the events, or one snapshot. */
  missedSince(lastId: string | null): readonly Uint8Array[] {
    const missed = this.#log.after(lastId)?.map(({ message }) => message) ?? [this.#snapshot()];
    return [...missed, this.#tickMessage()];
  }

  add(viewer: Viewer): void {
    this.#viewers.add(viewer);
    if (this.#isClosed) viewer.end();
  }

  delete(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    this.#usedAt = elapsedMs(this.#clock);
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /** Stops everything for good. */
  close(): void {
    this.#isClosed = true;
    this.#halt();
    for (const viewer of [...this.#viewers]) viewer.end();
  }

  #start(): void {
    for (const feed of this.#feeds) feed.start();
    if (this.#stop || this.#isClosed || !this.#isLive) return;
    this.#stop = new AbortController();
    void this.#run(this.#stop.signal);
  }

  #halt(): void {
    this.#stop?.abort();
    this.#stop = undefined;
    for (const feed of this.#feeds) feed.stop();
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await this.#clock.sleep(TICK_MS, signal);
        this.#tick();
      }
    } catch {
      // Halted.
    }
  }

  #tick(): void {
    for (const watched of this.watched) {
      watched.alarms.tick(watched.wearer.now());
      this.#noteFreshness(watched);
    }
    this.#broadcast(this.#tickMessage());
    const isIdle = this.#viewers.size === 0 && elapsedMs(this.#clock) - this.#usedAt > IDLE_MS;
    if (isIdle && !this.#isAlwaysOn) this.#halt();
    // A feed that has ended starts again when its time has come.
    else this.#start();
  }

  #listenerOf(watched: Watched): FeedListener {
    const { wearer, alarms, counts } = watched;
    return {
      onCheck: (error) => {
        counts.noteCheck(error);
        alarms.noteCheck(error, wearer.now());
      },
      onReadings: (found, isFirst) => {
        for (const { reading } of found) alarms.noteReading(reading, wearer.now());
        if (isFirst) this.#restart();
        else this.#tell(watched, found);
        this.#noteFreshness(watched);
      },
    };
  }

  #tell({ wearer, counts }: Watched, found: readonly NewReading[]): void {
    for (const { reading, arrival } of found) {
      if (arrival === "newest") counts.noteLateness(wearer.now() - reading.datetime.getTime());
      const delta = wearer.deltaOf(reading) ?? null;
      this.#emit(arrival === "newest" ? "reading" : "late", { wearer: wearer.name || undefined, reading, delta });
    }
  }

  /** Sends a whole history as one event. */
  #restart(): void {
    this.#log.reset();
    this.#broadcast(this.#snapshot());
  }

  #noteFreshness({ wearer, alarms }: Watched): void {
    const isStale = wearer.hasSucceeded && wearer.isStale;
    if (isStale === this.#told.has(wearer)) return;
    if (isStale) this.#told.add(wearer);
    else this.#told.delete(wearer);
    this.#emit(isStale ? "stale" : "recovered", describeWearer(wearer, alarms));
  }

  #emit(type: string, data: unknown): void {
    this.#broadcast(this.#log.add((id) => encodeMessage(type, data, id)).message);
  }

  #broadcast(message: Uint8Array): void {
    for (const viewer of [...this.#viewers]) viewer.send(message);
  }

  #snapshot(): Uint8Array {
    return encodeMessage("snapshot", describeSnapshot(this.watched, this.now()), this.#log.lastId);
  }

  #tickMessage(): Uint8Array {
    return encodeMessage("tick", describeTick(this.watched, this.now()));
  }

  /** Time by the service's clock, as the first wearer knows it. */
  now(): number {
    return this.watched[0]!.wearer.now();
  }
}
