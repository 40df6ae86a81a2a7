/** A worker that makes a new client for each request. */
import { Dexcom } from "../../src/dexcom.ts";
import { ShareSimulator } from "../../src/simulator/index.ts";
import { KeyValueSessionStore, type KeyValueService } from "../../src/stores/key-value.ts";

const account = { username: "someone@example.com", password: "correct-horse-battery" };
let simulator: ShareSimulator | undefined;

export default {
  async fetch(request: Request, env: { SESSIONS: KeyValueService }): Promise<Response> {
    simulator ??= new ShareSimulator({ accounts: [account] });
    const { fetch } = simulator;
    const events: string[] = [];
    const dexcom = new Dexcom({
      ...account,
      password: new URL(request.url).searchParams.get("password") ?? account.password,
      cache: new KeyValueSessionStore(env.SESSIONS),
      fetch: (url, init) => fetch(url, init),
      onEvent: (event) => void events.push(event.type),
    });
    const result = await dexcom.getLatestGlucoseReading().catch((error: unknown) => ({ error: String(error) }));
    return Response.json({ result, events, asked: simulator.requests.map(({ operation }) => operation) });
  },
};
