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
    "idle watch": { figure: await measureWatches(), beside: PROMISES.get("idle watch")!.most! },
    "new client": { figure: (made - before) / CLIENTS, beside: PROMISES.get("new client")!.most! },
    "idle client": { figure: (used - before) / CLIENTS, beside: PROMISES.get("idle client")!.most! },
  };
}

/** The heap of a `watch()` that waits for its next reading, without its client. */
async function measureWatches(): Promise<number> {
  const body = JSON.stringify(madeUpRecords(1));
  const session = JSON.stringify(SESSION_ID);
  const stub: typeof fetch = async (url) =>
    new Response((url as string).includes("/Read") ? body : session, { headers: { date: new Date().toUTCString() } });
  const dexcom = new Dexcom({ username: "someone@example.com", password: "secret", fetch: stub });
  const follow = async (): Promise<AsyncGenerator> => {
    const readings = dexcom.watch();
    await readings.next();
    return readings;
  };
  const warmUp = await follow();
  const before = await collectedBytes();
  const watches: AsyncGenerator[] = [];
  for (let index = 0; index < WATCHES; index++) watches.push(await follow());
  // Each waits for its second reading.
  const pending = watches.map((readings) => readings.next());
  const used = await collectedBytes();
  await Promise.all([warmUp, ...watches].map((readings) => readings.return(undefined)));
  await Promise.all(pending);
  return (used - before) / WATCHES;
}
