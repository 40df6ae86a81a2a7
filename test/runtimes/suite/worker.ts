/** The Worker that runs the suite, and the clients that it keeps between requests. */
import { Dexcom, DexcomError } from "dexcom-share-ts";
import { KeyValueSessionStore } from "dexcom-share-ts/store";
import { runSuite } from "./index.ts";
import { ACCOUNT } from "./service.ts";

/** Short, so that a login which its request has left behind is soon given up. */
const DEADLINE_MS = 2_000;
/** How long a request waits before it leaves: the login is on its way by then, and is not answered yet. */
const LOGIN_BEGUN_MS = 300;

/** At module scope: one client of each name for all requests of the isolate. */
const clients = new Map<string, Dexcom>();
const stored = new Map<string, string>();
const store = new KeyValueSessionStore({
  get: async (key: string) => stored.get(key),
  set: async (key: string, value: string) => stored.set(key, value),
  delete: async (key: string) => stored.delete(key),
});

function clientOf(name: string, hostUrl: string): Dexcom {
  const known = clients.get(name);
  if (known !== undefined) return known;
  const cache = name === "stored" ? store : undefined;
  const client = new Dexcom({
    ...ACCOUNT,
    baseUrl: `${hostUrl}/worlds/slow-login/${name}-${Math.random()}`,
    deadlineMs: DEADLINE_MS,
    cache,
  });
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

const worker = {
  async fetch(request: Request, { HOST }: { readonly HOST: string }): Promise<Response> {
    const [, name = "", what] = new URL(request.url).pathname.split("/");
    if (name === "suite") return Response.json(await runSuite(HOST));
    const reading = read(clientOf(name, HOST));
    if (what === "read") return new Response(await reading);
    // With this answer all that the request began may stop for good.
    await new Promise((resolve) => setTimeout(resolve, LOGIN_BEGUN_MS));
    return new Response("left");
  },
};
export default worker;
