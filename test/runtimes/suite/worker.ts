/** The Worker that runs the suite, and the clients that it keeps between requests. */
import { Dexcom, DexcomError } from "dexcom-share-ts";
import { KeyValueSessionStore } from "dexcom-share-ts/store";
import { runSuite } from "./index.ts";
import { ACCOUNT, LOG_IN } from "./service.ts";

/** Short, so that a login which its request has left behind is soon given up. */
const DEADLINE_MS = 2_000;
/** Pause between two looks at what the service has received. */
const POLL_MS = 10;

interface Kept {
  readonly dexcom: Dexcom;
  readonly baseUrl: string;
}

/** At module scope: one client of each name for all requests of the isolate. */
const clients = new Map<string, Kept>();
const stored = new Map<string, string>();
const store = new KeyValueSessionStore({
  get: async (key: string) => stored.get(key),
  set: async (key: string, value: string) => stored.set(key, value),
  delete: async (key: string) => stored.delete(key),
});

function clientOf(name: string, hostUrl: string): Kept {
  const known = clients.get(name);
  if (known !== undefined) return known;
  const cache = name === "stored" ? store : undefined;
  const baseUrl = `${hostUrl}/worlds/slow-login/${name}-${Math.random()}`;
  const client = { dexcom: new Dexcom({ ...ACCOUNT, baseUrl, deadlineMs: DEADLINE_MS, cache }), baseUrl };
  clients.set(name, client);
  return client;
}

async function read(dexcom: Dexcom): Promise<string> {
  try {
    return String((await dexcom.getLatestGlucoseReading())?.mgDl);
  } catch (error) {
    return error instanceof DexcomError ? error.code : `not a DexcomError: ${String(error)}`;
  }
}

/** Resolves once the service has received a login, which it keeps waiting for its response. */
async function loginArrives(baseUrl: string): Promise<void> {
  for (;;) {
    const operations = (await (await fetch(`${baseUrl}/operations`)).json()) as string[];
    if (operations.includes(LOG_IN)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const worker = {
  async fetch(request: Request, { HOST }: { readonly HOST: string }): Promise<Response> {
    const [, name = "", what] = new URL(request.url).pathname.split("/");
    if (name === "suite") return Response.json(await runSuite(HOST));
    const { dexcom, baseUrl } = clientOf(name, HOST);
    const reading = read(dexcom);
    if (what === "read") return new Response(await reading);
    await loginArrives(baseUrl);
    // With this response everything that the request began may stop for good.
    return new Response("left");
  },
};
export default worker;
