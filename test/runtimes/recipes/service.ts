/** Puts the simulator in place of the service. A recipe imports it first. */
import { ShareSimulator } from "../../../src/simulator/index.ts";
import { ACCOUNT } from "./account.ts";

const { fetch } = new ShareSimulator({ accounts: [ACCOUNT] });
globalThis.fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => fetch(url, init);
