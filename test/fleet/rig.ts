/** A fleet on a real Redis and a simulator that is sped up. */
import { randomBytes } from "node:crypto";
import { after, before, type TestContext } from "node:test";
import { Redis } from "ioredis";
import type { Clock } from "../../src/clock.ts";
import { Dexcom, type GlucoseReading } from "../../src/index.ts";
import {
  Fleet,
  FleetWorker,
  type FleetCredentials,
  type FleetEvent,
  type FleetWorkerOptions,
} from "../../src/fleet/index.ts";
import { ShareSimulator } from "../../src/simulator/index.ts";
import { RedisSessionStore } from "../../src/stores/redis.ts";
import { startRedis, type RedisServer } from "../stores/redis-server.ts";
import { fastClock } from "./fast-clock.ts";

export const SPEED = 60;
export const SECRET: string = randomBytes(32).toString("base64");

export const nameOf = (key: string): string => `wearer-${key}@example.com`;
export const passwordOf = (key: string): string => `the password of ${key}`;
export const keysOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `k${index}`);

/** Starts a Redis for the tests of a file. */
export function useRedis(options?: Parameters<typeof startRedis>[0]): () => RedisServer {
  let server: RedisServer | undefined;
  before(async () => {
    server = await startRedis(options);
  });
  after(() => server?.stop());
  return () => server!;
}

/** What the application of a test receives. */
export interface Inbox {
  readonly delivered: Map<string, number[]>;
  readonly events: FleetEvent[];
}

export class Rig {
  readonly startMs: number = Date.now();
  readonly clock: Clock = fastClock(SPEED, this.startMs);
  readonly simulator: ShareSimulator;
  readonly prefix: string = `fleet-${randomBytes(4).toString("hex")}`;
  readonly inbox: Inbox = { delivered: new Map(), events: [] };
  /** Times in milliseconds of real time at which requests reached the service. */
  readonly requestTimes: number[] = [];
  readonly passwords: Map<string, string> = new Map();
  readonly redis: Redis;
  readonly #port: number;
  readonly #open: { close(): Promise<void> }[] = [];

  constructor(t: TestContext, port: number, options: ConstructorParameters<typeof ShareSimulator>[0] = {}) {
    t.after(() => this.close());
    this.#port = port;
    this.redis = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: null });
    this.redis.on("error", () => undefined);
    this.simulator = new ShareSimulator({
      clock: this.clock,
      accounts: (name) => {
        const key = /^wearer-(.*)@example\.com$/.exec(name)?.[1];
        return key === undefined ? undefined : { username: name, password: passwordOf(key) };
      },
      ...options,
    });
  }

  get connection(): { host: string; port: number } {
    return { host: "127.0.0.1", port: this.#port };
  }

  fleet(): Fleet {
    const fleet = new Fleet({
      connection: this.connection,
      secret: SECRET,
      prefix: this.prefix,
      onEvent: (event) => this.inbox.events.push(event),
    });
    this.#open.unshift(fleet);
    return fleet;
  }

  worker(options: Partial<FleetWorkerOptions> = {}): FleetWorker {
    const worker = new FleetWorker({
      connection: this.connection,
      secret: SECRET,
      prefix: this.prefix,
      regions: ["us"],
      spacingMs: 2,
      store: new RedisSessionStore(this.redis, { secret: SECRET, prefix: `${this.prefix}:session:` }),
      clock: this.clock,
      fetch: (input, init) => {
        this.requestTimes.push(Date.now());
        return this.simulator.fetch(input, init);
      },
      credentials: (key): FleetCredentials => ({
        username: nameOf(key),
        password: this.passwords.get(key) ?? passwordOf(key),
      }),
      onReadings: (key, readings) => this.receive(key, readings),
      onEvent: (event) => this.inbox.events.push(event),
      ...options,
    });
    this.#open.unshift(worker);
    return worker;
  }

  receive(key: string, readings: readonly GlucoseReading[]): void {
    const known = this.inbox.delivered.get(key) ?? [];
    known.push(...readings.map(({ datetime }) => datetime.getTime()));
    this.inbox.delivered.set(key, known);
  }

  eventsOf<Type extends FleetEvent["type"]>(type: Type): (FleetEvent & { type: Type })[] {
    return this.inbox.events.filter((event): event is FleetEvent & { type: Type } => event.type === type);
  }

  /** Calls of the store that were too slow for the sped-up clock. Each may cost a login. */
  get slowCalls(): number {
    return this.eventsOf("client").filter(({ event }) => event.type === "cache-failure").length;
  }

  /** The instants that the service has of an account, from the first that was delivered until `untilMs`, oldest first. */
  async truthOf(key: string, untilMs: number): Promise<number[]> {
    const dexcom = new Dexcom({
      username: nameOf(key),
      password: passwordOf(key),
      clock: this.clock,
      fetch: this.simulator.fetch,
    });
    const first = Math.min(...(this.inbox.delivered.get(key) ?? [Infinity]));
    const instants = (await dexcom.getGlucoseReadings()).map(({ datetime }) => datetime.getTime());
    return instants.filter((ms) => ms >= first && ms <= untilMs).reverse();
  }

  async close(): Promise<void> {
    for (const each of this.#open) await each.close();
    this.redis.disconnect();
  }
}

/** Waits until something holds. It has a minute of real time, more than any machine needs. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await isTrue());) {
    if (Date.now() > end) throw new Error(`Not within 60 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
