/** 10,000 clients that log in and read at the same moment, against the simulator in this process. */
import { Dexcom } from "dexcom-share-ts";
import { ShareSimulator } from "dexcom-share-ts/simulator";
import { REGION_ENDPOINTS } from "../../src/region.ts";
import { BARE_REQUEST, READ_PATH } from "./canned.ts";
import { median, type Measurements } from "./figure.ts";
import { collectedBytes } from "./collected-bytes.ts";

const CLIENTS = 10_000;
const WARM_UP_CLIENTS = 1000;
const ROUNDS = 3;
/** Longer than a busy machine takes for all of them: none is to be sent again. */
const PATIENCE_MS = 300_000;
const ACCOUNT = { username: "someone@example.com", password: "secret of someone" };

/** Makes a client that has not logged in yet, and its first read: three posts. */
type Reader = (fetch: typeof globalThis.fetch) => Promise<unknown>;

const byClient: Reader = (fetch) =>
  new Dexcom({ ...ACCOUNT, fetch, timeoutMs: PATIENCE_MS, deadlineMs: PATIENCE_MS }).getLatestGlucoseReading();

const byHand: Reader = async (fetch) => {
  const { username: accountName, password } = ACCOUNT;
  const { origin, applicationId } = REGION_ENDPOINTS.us;
  const post = async (path: string, body: object): Promise<unknown> =>
    JSON.parse(await (await fetch(origin + path, { ...BARE_REQUEST, body: JSON.stringify(body) })).text());
  const general = "/ShareWebServices/Services/General";
  const accountId = await post(`${general}/AuthenticatePublisherAccount`, { accountName, password, applicationId });
  const sessionId = await post(`${general}/LoginPublisherAccountById`, { accountId, password, applicationId });
  return ((await post(READ_PATH, { sessionId, minutes: 1440, maxCount: 1 })) as unknown[])[0];
};

export async function measureCrowd(): Promise<Measurements> {
  for (const reader of [byClient, byHand]) await readsPerSecond(reader, WARM_UP_CLIENTS);
  const rounds: { client: number; hand: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const clientFirst = round % 2 === 0;
    const first = await readsPerSecond(clientFirst ? byClient : byHand, CLIENTS);
    const second = await readsPerSecond(clientFirst ? byHand : byClient, CLIENTS);
    rounds.push(clientFirst ? { client: first, hand: second } : { client: second, hand: first });
  }
  return {
    "crowd rate": {
      figure: median(rounds.map(({ client }) => client)),
      beside: median(rounds.map(({ hand }) => hand)),
      ratio: median(rounds.map(({ client, hand }) => client / hand)),
    },
    "crowd heap": { figure: (await heapBytes(byClient)) / 1e6, beside: (await heapBytes(byHand)) / 1e6 },
  };
}

async function readsPerSecond(reader: Reader, clients: number): Promise<number> {
  const { fetch } = makeSimulator();
  globalThis.gc?.();
  const start = performance.now();
  await readAll(reader, fetch, clients);
  return (clients * 1000) / (performance.now() - start);
}

/** Heap in use when all clients have sent their read and no response has come. */
async function heapBytes(reader: Reader): Promise<number> {
  const simulator = makeSimulator();
  const before = await collectedBytes();
  let waiting = 0;
  let allWait: (bytes: Promise<number>) => void = () => undefined;
  const bytes = new Promise<number>((resolve) => (allWait = resolve));
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if ((input as string).endsWith(READ_PATH)) {
      if (++waiting === CLIENTS) allWait(collectedBytes());
      await bytes;
    }
    return simulator.fetch(input, init);
  };
  await readAll(reader, fetch, CLIENTS);
  return (await bytes) - before;
}

async function readAll(reader: Reader, fetch: typeof globalThis.fetch, clients: number): Promise<void> {
  const readings = await Promise.all(Array.from({ length: clients }, () => reader(fetch)));
  if (readings.includes(undefined)) throw new Error("somebody got no reading");
}

/** With one reading that stands still: making glucose up would be most of what is measured. */
function makeSimulator(): ShareSimulator {
  return new ShareSimulator({ accounts: [{ ...ACCOUNT, readings: [{ datetime: Date.now(), mgDl: 120 }] }] });
}
