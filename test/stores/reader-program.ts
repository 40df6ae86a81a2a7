/** A process that reads: what a script, a fleet's worker or a cron job is to the service and to the store. */
import { FileSessionStore } from "../../src/file.ts";
import { Dexcom, DexcomError, type DexcomEvent } from "../../src/index.ts";
import type { SessionStore } from "../../src/session-store.ts";
import type { ReaderReport, ReaderTask } from "./reader-process.ts";

const task = JSON.parse(process.argv[2]!) as ReaderTask;
const report: ReaderReport = { readings: 0, failures: [], events: {}, slowestMs: 0 };

const { store, close } = await openStore();
const onEvent = (event: DexcomEvent): void => {
  const name = event.type === "cache-failure" ? `cache-failure ${event.method}` : event.type;
  report.events[name] = (report.events[name] ?? 0) + 1;
};
const { username, password, baseUrl, deadlineMs } = task;
const dexcom = new Dexcom({ username, password, baseUrl, deadlineMs, cache: store, onEvent });

const stop = new AbortController();
// Not listened to by one that reads once: Deno ends no process whose stdin somebody has begun to read.
if (task.everyMs !== undefined) process.stdin.on("data", () => stop.abort());
do {
  await read();
  if (task.everyMs !== undefined) await new Promise((resolve) => setTimeout(resolve, task.everyMs));
} while (task.everyMs !== undefined && !stop.signal.aborted);
if (task.everyMs !== undefined) process.stdin.destroy();
process.stdout.write(JSON.stringify(report));
close();

async function read(): Promise<void> {
  const start = performance.now();
  try {
    if (await dexcom.getLatestGlucoseReading()) report.readings++;
  } catch (error) {
    report.failures.push(error instanceof DexcomError ? error.code : String(error));
  }
  report.slowestMs = Math.max(report.slowestMs, Math.round(performance.now() - start));
}

async function openStore(): Promise<{ store: SessionStore; close: () => void }> {
  if (task.store.kind === "file") return { store: new FileSessionStore({ directory: task.store.directory }), close: () => undefined };
  const { url } = task.store;
  const { RedisSessionStore } = await import("../../src/redis.ts");
  if (task.store.kind === "ioredis") {
    const { Redis } = (await import("ioredis")).default;
    const client = new Redis(url);
    client.on("error", () => undefined);
    return { store: new RedisSessionStore(client), close: () => client.disconnect() };
  }
  const { createClient } = (await import("redis")).default;
  const client = createClient({ url });
  client.on("error", () => undefined);
  await client.connect();
  return { store: new RedisSessionStore(client), close: () => client.destroy() };
}
