import type { ServiceResponse } from "../service/wire/response.ts";
import type { WireRequest } from "../service/wire/wire-request.ts";
import { NightscoutAccess, type Rights } from "./access.ts";
import { EntryStore } from "./entry-store.ts";
import type { NightscoutSettings } from "./options.ts";

/** A response, and the time on the simulator's clock that it takes. */
export interface NightscoutResponse {
  readonly response: ServiceResponse;
  readonly delayMs: number;
}

const PATH = /\/api\/v1\/([^?]*?)\/?$/;
const VERSION = "15.0.7";

/**
 * The upload side of a Nightscout, as measured on release 15.0.7: it checks nothing that it stores, it tells apart what
 * is a millisecond apart, and it delays whoever shows a wrong secret.
 */
export class SimulatedNightscout {
  readonly access: NightscoutAccess;
  readonly entries: EntryStore = new EntryStore();

  constructor(settings: NightscoutSettings) {
    this.access = new NightscoutAccess(settings);
  }

  /** Tells if a path is one of the site's. */
  owns({ pathname }: URL): boolean {
    return PATH.test(pathname);
  }

  async respond(request: WireRequest, nowMs: number): Promise<NightscoutResponse> {
    const [, resource = ""] = PATH.exec(request.url.pathname) ?? [];
    const { rights, delayMs } = await this.access.admit(request.url, request.headers);
    return { response: this.#respond(resource, request, rights, nowMs), delayMs };
  }

  #respond(resource: string, { method, url, body }: WireRequest, rights: Rights, nowMs: number): ServiceResponse {
    if (resource === "verifyauth") return json(verified(rights));
    if (rights.isWrong) return unauthorized();
    const entries = /^entries(?:\/(sgv|current))?(?:\.json)?$/.exec(resource);
    if (entries && method === "POST" && !entries[1]) {
      return rights.canCreate ? this.#store(body, nowMs) : unauthorized();
    }
    if (method !== "GET" && method !== "HEAD") return notFound();
    if (!rights.canRead) return unauthorized();
    if (entries) return this.#find(url, entries[1]);
    return resource === "status.json" ? json(statusAt(nowMs)) : notFound();
  }

  #store(body: string, nowMs: number): ServiceResponse {
    let given: unknown;
    try {
      given = JSON.parse(body);
    } catch (error) {
      return broken(error);
    }
    if (typeof given !== "object" || given === null) return broken(new SyntaxError("Unexpected token in JSON"));
    const list: unknown[] = Array.isArray(given) ? given : [given];
    return json(list.map((entry) => this.entries.put(Object(entry) as Record<string, unknown>, nowMs)));
  }

  #find({ searchParams }: URL, spec: string | undefined): ServiceResponse {
    const found = this.entries.find(searchParams, spec === undefined ? undefined : "sgv");
    return json(spec === "current" ? found.slice(0, 1) : found);
  }
}

function json(value: unknown, status = 200): ServiceResponse {
  return { status, headers: [["content-type", "application/json; charset=utf-8"]], body: JSON.stringify(value) };
}

function unauthorized(): ServiceResponse {
  return json({ status: 401, message: "Unauthorized", description: "Invalid/Missing" }, 401);
}

function notFound(): ServiceResponse {
  return { status: 404, headers: [["content-type", "text/html; charset=utf-8"]], body: "<pre>Not Found</pre>\n" };
}

/** A Nightscout shows the stack of its parser. */
function broken(error: unknown): ServiceResponse {
  const stack = `${String(error)}\n    at JSON.parse (<anonymous>)`;
  return { status: 400, headers: [["content-type", "text/html; charset=utf-8"]], body: `<pre>${stack}</pre>\n` };
}

function verified({ canRead, canCreate, isWrong, isAnonymous }: Rights): unknown {
  const isKnown = !isWrong && !isAnonymous;
  return {
    status: 200,
    message: {
      canRead,
      canWrite: canRead && canCreate,
      message: isKnown && canRead ? "OK" : "UNAUTHORIZED",
      rolefound: isKnown ? "FOUND" : "NOTFOUND",
    },
  };
}

function statusAt(nowMs: number): unknown {
  return {
    status: "ok",
    name: "nightscout",
    version: VERSION,
    serverTime: new Date(nowMs).toISOString(),
    serverTimeEpoch: nowMs,
    apiEnabled: true,
    settings: { units: "mg/dl" },
  };
}
