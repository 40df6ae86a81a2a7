/** The examples of the guide on Workers, with the simulator in place of the service. */
import { ShareSimulator } from "dexcom-share-ts/simulator";
import cron from "guide:A cron trigger of Workers";
import { Wearer } from "guide:A Durable Object's alarm";

interface Storage {
  get(key: string): Promise<unknown>;
  getAlarm(): Promise<number | null>;
}

interface Env {
  readonly DEXCOM_USERNAME: string;
  readonly DEXCOM_PASSWORD: string;
  readonly WEARERS: { get(id: unknown): { fetch(url: string): Promise<Response> }; idFromName(name: string): unknown };
}

const printed: string[] = [];
console.log = (line: string) => void printed.push(line);
let simulator: ShareSimulator | undefined;

/** Workers forbid random numbers at module scope. */
function simulate(env: Env): ShareSimulator {
  if (!simulator) {
    const { fetch } = (simulator = new ShareSimulator({
      accounts: [{ username: env.DEXCOM_USERNAME, password: env.DEXCOM_PASSWORD }],
    }));
    globalThis.fetch = (url, init) => fetch(url, init);
  }
  return simulator;
}

/** The object of the guide. Its state and its alarm can be looked at. */
export class ShownWearer extends Wearer {
  readonly #storage: Storage;

  constructor(context: { readonly storage: Storage }, env: Env) {
    simulate(env);
    super(context, env);
    this.#storage = context.storage;
  }

  override async fetch(request?: Request): Promise<Response> {
    if (!request?.url.endsWith("/look")) return super.fetch();
    const [state, alarm] = [await this.#storage.get("state"), await this.#storage.getAlarm()];
    return Response.json({ state, alarm, printed });
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { requests } = simulate(env);
    const { pathname } = new URL(request.url);
    if (pathname === "/cron") {
      await cron.scheduled({}, env);
      return Response.json({ printed: printed.splice(0), asked: requests.map(({ operation }) => operation) });
    }
    return env.WEARERS.get(env.WEARERS.idFromName("wearer")).fetch(request.url);
  },
};
