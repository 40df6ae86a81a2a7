/** What a client holds while it does nothing. */
import { Dexcom } from "dexcom-share-ts";
import { madeUpRecords, SESSION_ID } from "./canned.ts";
import { collectedBytes } from "./collected-bytes.ts";
import type { Measurements } from "./figure.ts";
import { PROMISES } from "./promises.ts";

const CLIENTS = 10_000;
const WATCHES = 2000;

export async function measureHeap(): Promise<Measurements> {
  const body = JSON.stringify(madeUpRecords(1));
  const session = JSON.stringify(SESSION_ID);
  const stub: typeof fetch = async (url) => new Response((url as string).includes("/Read") ? body : session);
  // Each its own account, with texts of its own.
  const make = (index: number): Dexcom =>
    new Dexcom({ username: `someone${index}@example.com`, password: `secret ${index}`, fetch: stub });
  // What is made once for all clients is there before the first is counted.
  await make(-1).getLatestGlucoseReading();

  const before = await collectedBytes();
  const clients = Array.from({ length: CLIENTS }, (_, index) => make(index));
  const made = await collectedBytes();
  for (const client of clients) await client.getLatestGlucoseReading();
  const used = await collectedBytes();
  if (clients.length !== CLIENTS) throw new Error("the clients must outlive the last measurement");
  return {
    "idle watch": { figure: await measureWatches(1), beside: PROMISES.get("idle watch")!.most! },
    "day watch": { figure: await measureWatches(288), beside: PROMISES.get("day watch")!.most! },
    "new client": { figure: (made - before) / CLIENTS, beside: PROMISES.get("new client")!.most! },
    "idle client": { figure: (used - before) / CLIENTS, beside: PROMISES.get("idle client")!.most! },
  };
}

/** The heap of a `watch()` that has delivered some readings and waits for the next one, without its client. */
async function measureWatches(delivered: number): Promise<number> {
  const records = madeUpRecords(delivered) as { readonly WT: string }[];
  const body = JSON.stringify(records);
  const session = JSON.stringify(SESSION_ID);
  const stub: typeof fetch = async (url) =>
    new Response((url as string).includes("/Read") ? body : session, { headers: { date: new Date().toUTCString() } });
  const dexcom = new Dexcom({ username: "someone@example.com", password: "secret", fetch: stub });
  const beforeAll = new Date(Number(/\d+/.exec(records.at(-1)!.WT)![0]) - 1);
  const follow = async (): Promise<AsyncGenerator> => {
    const readings = dexcom.watch({ since: beforeAll });
    for (let index = 0; index < delivered; index++) await readings.next();
    return readings;
  };
  // The first ones leave compiled code behind, and buffers of responses.
  const warmUp: AsyncGenerator[] = [];
  for (let index = 0; index < WATCHES / 10; index++) warmUp.push(await follow());
  const before = await collectedBytes();
  const watches: AsyncGenerator[] = [];
  for (let index = 0; index < WATCHES; index++) watches.push(await follow());
  const pending = watches.map((readings) => readings.next());
  const used = await collectedBytes();
  await Promise.all([...warmUp, ...watches].map((readings) => readings.return(undefined)));
  await Promise.all(pending);
  return (used - before) / WATCHES;
}
