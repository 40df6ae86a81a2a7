/** Viewers of one wearer, in this process and in virtual time. */
import { createHandler, type WebHandler } from "../../../src/web/index.ts";
import { HOUR_MS, makeWorld, MINUTE_MS, READ, readings, type World } from "../../watch/world.ts";
import { collectedBytes } from "../collected-bytes.ts";

/** Longest time that a viewer that reads nothing may stay. */
const MAX_MINUTES = 24 * 60;

interface Hour {
  /** Requests for readings that the service received. */
  readonly requests: number;
  readonly readings: number;
  /** Events that all viewers have read. */
  readonly events: number;
  /** Processor time in microseconds. */
  readonly cpuUs: number;
  /** Memory that one viewer holds. */
  readonly bytes: number;
}

/** Lets an hour pass for viewers that read what they get. */
export async function measureHour(viewers: number): Promise<Hour> {
  const { handler, world } = makeHandler(viewers);
  await (await handler.fetch(new Request("http://glucose.example/api/current"))).text();
  const before = await usedBytes();
  let events = 0;
  const follow = async (reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> => {
    // Each chunk but the first is one event.
    while (!(await reader.read()).done) events++;
  };
  for (let index = 0; index < viewers; index++) void follow(await openStream(handler));
  await world.clock.advance(1000);
  const bytes = ((await usedBytes()) - before) / viewers;
  const [eventsBefore, requestsBefore] = [events, world.count(READ)];
  const started = process.cpuUsage();
  await world.clock.advance(HOUR_MS);
  const { user, system } = process.cpuUsage(started);
  handler.close();
  return {
    requests: world.count(READ) - requestsBefore,
    readings: 12,
    events: events - eventsBefore,
    cpuUs: user + system,
    bytes,
  };
}

/** Lets time pass for viewers that read nothing, until they are cut off. The memory is that of one viewer, at the most. */
export async function measureStalled(viewers: number): Promise<{ minutes: number; bytes: number }> {
  const { handler, world } = makeHandler(viewers);
  await (await handler.fetch(new Request("http://glucose.example/api/current"))).text();
  const before = await usedBytes();
  const streams: ReadableStreamDefaultReader<Uint8Array>[] = [];
  for (let index = 0; index < viewers; index++) streams.push(await openStream(handler));
  let bytes = 0;
  for (let minutes = 0; minutes < MAX_MINUTES; minutes += 5) {
    bytes = Math.max(bytes, ((await usedBytes()) - before) / streams.length);
    await world.clock.advance(5 * MINUTE_MS);
    if (!(await isFull(handler))) {
      handler.close();
      return { minutes: minutes + 5, bytes };
    }
  }
  throw new Error("a viewer that reads nothing is not cut off");
}

/** Heap and buffers: the bytes of a message are outside of the heap. */
async function usedBytes(): Promise<number> {
  const heap = await collectedBytes();
  return heap + process.memoryUsage().external;
}

function makeHandler(viewers: number): { handler: WebHandler; world: World } {
  const world = makeWorld(readings(-287, 600));
  const handler = createHandler({ source: world.dexcom, public: true, clock: world.own, maxViewers: viewers });
  return { world, handler };
}

async function openStream(handler: WebHandler): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const { body } = await handler.fetch(new Request("http://glucose.example/events"));
  return body!.getReader();
}

async function isFull(handler: WebHandler): Promise<boolean> {
  const response = await handler.fetch(new Request("http://glucose.example/events"));
  await response.body?.cancel();
  return response.status === 503;
}
