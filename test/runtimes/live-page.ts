/** A page whose server lives in virtual time, over connections that can die. */
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "../../src/cli/serve/listen.ts";
import { Dexcom } from "../../src/index.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { createHandler, type WebHandlerOptions } from "../../src/web/index.ts";
import { ACCOUNT, closeLater, MINUTE_MS, pastReadings } from "./page-world.ts";

const OPEN_LIMIT_MS = 40_000;

type Fetch = (request: Request) => Promise<Response>;

/** Connections to a handler. Dead ones stay open, and nothing arrives on them any more. */
class Wire {
  readonly #fetch: Fetch;
  readonly #waiting = new Map<string, (ms: number) => void>();
  /** Paths whose requests get no response. */
  readonly held: Set<string> = new Set();
  /** Paths whose requests fail. */
  readonly broken: Set<string> = new Set();
  #isFrozen = false;
  #freezes = 0;
  #streams = 0;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** Lets all connections die, and those that are opened from now on. */
  freeze(): void {
    this.#isFrozen = true;
    this.#freezes++;
  }

  /** Lets new connections live. Those that died stay dead. */
  thaw(): void {
    this.#isFrozen = false;
  }

  /** Resolves when an event of this kind is sent, with the time in milliseconds since the Unix epoch. */
  next(event: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(event, resolve));
  }

  /** Number of streams of events that were opened. */
  get streams(): number {
    return this.#streams;
  }

  readonly fetch: Fetch = async (request) => {
    const { pathname } = new URL(request.url);
    if (this.#isFrozen || this.held.has(pathname)) return new Promise(() => undefined);
    if (this.broken.has(pathname)) return new Response(null, { status: 502 });
    const response = await this.#fetch(request);
    if (response.headers.get("content-type") !== "text/event-stream") return response;
    this.#streams++;
    return new Response(response.body!.pipeThrough(this.#line()), response);
  };

  #line(): TransformStream<Uint8Array, Uint8Array> {
    const freezes = this.#freezes;
    return new TransformStream({
      transform: (chunk, controller) => {
        if (this.#freezes !== freezes) return;
        controller.enqueue(chunk);
        for (const [, event] of new TextDecoder().decode(chunk).matchAll(/^event: (\w+)$/gm)) {
          this.#waiting.get(event!)?.(Date.now());
          this.#waiting.delete(event!);
        }
      },
    });
  }
}

interface LiveWorld {
  readonly url: string;
  readonly clock: VirtualClock;
  readonly simulator: ShareSimulator;
  readonly wire: Wire;
  /** Lets time pass until the next reading is sent to a page. Returns the real time at which it was. */
  arrive(): Promise<number>;
}

/** Serves a page of a wearer whose newest reading is 126, a minute old. `next` come every five minutes. */
export async function serveLive(next: readonly number[], options: Partial<WebHandlerOptions> = {}): Promise<LiveWorld> {
  const clock = new VirtualClock(Date.now());
  const past = pastReadings(126);
  const newest = Number(past.at(-1)!.datetime);
  const coming = next.map((mgDl, index) => {
    const datetime = newest + (index + 1) * 5 * MINUTE_MS;
    return { mgDl, datetime, availableAt: datetime + 18_000, trend: "Flat" as const };
  });
  const simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, readings: [...past, ...coming] }], clock });
  const dexcom = new Dexcom({ ...ACCOUNT, fetch: simulator.fetch, clock });
  const handler = createHandler({ source: dexcom, public: true, clock, ...options });
  const wire = new Wire(handler.fetch);
  const served = await listen(wire.fetch, { host: "127.0.0.1", port: 0 });
  closeLater(async () => {
    handler.close();
    await served.close();
  });
  const arrive = async (): Promise<number> => {
    const endsAt = Date.now() + OPEN_LIMIT_MS;
    while (wire.streams === 0) {
      if (Date.now() > endsAt) throw new Error("the page has opened no stream");
      await sleep(20);
    }
    const never = clock.sleep(15 * MINUTE_MS).then(() => Promise.reject<number>(new Error("no reading was sent")));
    return clock.runUntil(Promise.race([wire.next("reading"), never]));
  };
  return { url: served.url, clock, simulator, wire, arrive };
}
