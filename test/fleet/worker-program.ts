/** A worker in a process of its own. Prints a line of JSON for each delivery and each event. */
import { Redis } from "ioredis";
import { FleetWorker } from "../../src/fleet/index.ts";
import { RedisSessionStore } from "../../src/stores/redis.ts";
import { fastClock } from "./fast-clock.ts";

export interface WorkerInput {
  readonly port: number;
  readonly prefix: string;
  readonly secret: string;
  readonly baseUrl: string;
  readonly speed: number;
  readonly startMs: number;
  readonly spacingMs: number;
  readonly stalledMs: number;
  readonly concurrency: number;
  readonly closeTimeoutMs?: number;
  /** Number of deliveries after which the process kills itself: after the delivery, before its state is stored. */
  readonly killAfter?: number;
}

/** A line of the output. */
export type WorkerLine =
  | { readonly type: "delivered"; readonly key: string; readonly instants: readonly number[]; readonly atMs: number }
  | { readonly type: "event"; readonly event: string; readonly message?: string };

const input = JSON.parse(process.argv[2]!) as WorkerInput;
const { port, prefix, secret, speed } = input;
const connection = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: null });
connection.on("error", () => undefined);
const clock = fastClock(speed, input.startMs);
const print = (line: WorkerLine): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
const TOLD = new Set(["error", "callback-failed", "poll-failed", "rate-limited", "parked", "cache-failure"]);
let deliveries = 0;

const worker = new FleetWorker({
  connection,
  secret,
  prefix,
  regions: ["us"],
  spacingMs: input.spacingMs,
  stalledMs: input.stalledMs,
  concurrency: input.concurrency,
  store: new RedisSessionStore(connection, { secret, prefix: `${prefix}:session:` }),
  baseUrl: input.baseUrl,
  clock,
  credentials: (key) => ({ username: `wearer-${key}@example.com`, password: `the password of ${key}` }),
  onReadings: (key, readings) => {
    const instants = readings.map(({ datetime }) => datetime.getTime());
    print({ type: "delivered", key, instants, atMs: clock.now() });
    if (++deliveries === input.killAfter) process.kill(process.pid, "SIGKILL");
  },
  onEvent: (event) => {
    const happened = event.type === "client" ? event.event : event;
    if (!TOLD.has(happened.type)) return;
    const error = "error" in happened ? happened.error : undefined;
    print({ type: "event", event: happened.type, ...(error instanceof Error && { message: error.message }) });
  },
});

process.on("SIGTERM", () => {
  void worker.close({ timeoutMs: input.closeTimeoutMs }).then(() => process.exit());
});
