import type { ReadContext } from "./context.ts";
import { json } from "./reply.ts";

/** Release that the responses are modelled on. Clients compare it with what they need. */
const VERSION = "15.0.7";
const FEATURES = ["bgnow", "delta", "direction"];

/** Responds with the settings of the site. */
export async function respondStatus({ nowMs, units, thresholds }: ReadContext): Promise<Response> {
  return json({
    status: "ok",
    name: "nightscout",
    version: VERSION,
    serverTime: new Date(nowMs).toISOString(),
    serverTimeEpoch: nowMs,
    apiEnabled: true,
    careportalEnabled: false,
    boluscalcEnabled: false,
    settings: {
      units,
      timeFormat: 24,
      nightMode: false,
      editMode: false,
      showRawbg: "never",
      customTitle: "Nightscout",
      theme: "default",
      language: "en",
      scaleY: "log",
      showPlugins: FEATURES.join(" "),
      enable: FEATURES,
      thresholds,
    },
    extendedSettings: {},
    // Clients that find no permissions here read only, which is all that there is.
    authorized: null,
    runtimeState: "loaded",
  });
}

/** Responds to the connection test. Its status is 200 whatever the credentials. */
export function verifyAuth(isAuthorized: boolean): Response {
  return json({
    status: 200,
    message: {
      canRead: isAuthorized,
      canWrite: false,
      isAdmin: false,
      message: isAuthorized ? "OK" : "UNAUTHORIZED",
      rolefound: isAuthorized ? "FOUND" : "NOTFOUND",
      permissions: isAuthorized ? "ROLE" : "DEFAULT",
    },
  });
}

/** Responds with an empty list to reads of what a sensor does not know: treatments, devices, profiles. */
export async function respondNothing(): Promise<Response> {
  return json([]);
}
