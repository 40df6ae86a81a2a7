import { Attempts } from "./access/attempts.ts";
import { BearerAccess } from "./access/bearer.ts";
import { checkAccess } from "./access/gate.ts";
import { checkHost, corsHeaders, preflightHeaders } from "./access/hosts.ts";
import { Hub } from "./feed/hub.ts";
import { toHex } from "./hex.ts";
import type { Exchange } from "./http/exchange.ts";
import { Parameters } from "./http/parameters.ts";
import { jsonReply, textReply, toResponse, type Reply } from "./http/reply.ts";
import { RequestError } from "./http/request-error.ts";
import { ROUTES, withLogin, type RouteEntry } from "./http/routes.ts";
import { WebNightscout } from "./nightscout.ts";
import { loginPage } from "./routes/login.ts";
import { resolveWebOptions, type ResolvedWebOptions, type WebHandlerOptions } from "./options.ts";

/** A longer address is turned down. */
const MAX_URL_LENGTH = 8192;

/** Serves the page, the JSON, the picture and the events of one or several wearers. */
export class WebHandler {
  readonly #options: ResolvedWebOptions;
  readonly #hub: Hub;
  readonly #attempts: Attempts;
  readonly #routes: ReadonlyMap<string, RouteEntry>;
  readonly #nightscout: WebNightscout | undefined;
  #drawnKey: string | undefined;

  /** @internal Use `createHandler()`. */
  constructor(options: WebHandlerOptions) {
    this.#options = resolveWebOptions(options);
    const { wearers, clock, isLive, isAlwaysOn, authorize } = this.#options;
    this.#hub = new Hub(wearers, { clock, isLive, isAlwaysOn });
    this.#attempts = new Attempts(clock);
    this.#routes = authorize instanceof BearerAccess ? withLogin(authorize, this.#attempts) : ROUTES;
    this.#nightscout = options.nightscout && new WebNightscout(options.nightscout, this.#options, this.#hub);
  }

  /** Responds to a request. It never rejects. It needs no `this`: `export const GET = handler.fetch` works. */
  readonly fetch = async (request: Request): Promise<Response> => {
    const { frameAncestors, origins } = this.#options;
    const response = await this.#respond(request).catch((error: unknown) =>
      toResponse(toErrorReply(error, request), request, frameAncestors),
    );
    for (const [name, value] of Object.entries(corsHeaders(request, origins))) response.headers.set(name, value);
    return response;
  };

  /** Stops following the wearers and ends all event streams. */
  close(): void {
    this.#hub.close();
  }

  async #respond(request: Request): Promise<Response> {
    const { frameAncestors, hosts, origins, basePath } = this.#options;
    if (request.url.length > MAX_URL_LENGTH) throw new RequestError(414, "The address is too long");
    const url = new URL(request.url);
    checkHost(request, url, hosts);
    const path = pathBelow(url.pathname, basePath);
    const entry = path === undefined ? undefined : this.#routes.get(path);
    if (entry === undefined) {
      const response = path === undefined ? undefined : await this.#nightscout?.respond(request, url, path);
      if (response) return response;
      throw new RequestError(404, "There is nothing at this address");
    }
    if (request.method === "OPTIONS" && "access-control-allow-origin" in corsHeaders(request, origins)) {
      return toResponse(textReply("", { headers: preflightHeaders() }), request, frameAncestors);
    }
    const { methods, route } = entry;
    if (!methods.includes(request.method)) {
      throw new RequestError(405, `The method must be ${methods.join(" or ")}`, { allow: methods.join(", ") });
    }
    const reply = (await this.#refuse(request, path === "/", entry)) ?? (await route(this.#exchangeOf(request, url)));
    return reply instanceof Response ? reply : toResponse(reply, request, frameAncestors);
  }

  /** Returns the login page in place of the page. @throws {RequestError} If the request is not allowed. */
  async #refuse(request: Request, isPage: boolean, { isOpen }: RouteEntry): Promise<Reply | undefined> {
    if (isOpen) return undefined;
    try {
      await checkAccess(request, this.#options, this.#attempts);
      return undefined;
    } catch (error) {
      const canLogIn = isPage && this.#options.authorize instanceof BearerAccess;
      if (canLogIn && error instanceof RequestError && error.status === 401) return loginPage(this.#options.basePath);
      throw error;
    }
  }

  #exchangeOf(request: Request, url: URL): Exchange {
    const parameters = new Parameters(url.searchParams);
    this.#drawnKey ??= toHex(crypto.getRandomValues(new Uint8Array(16)));
    return { request, url, parameters, options: this.#options, hub: this.#hub, formKey: this.#drawnKey };
  }
}

/** Returns the path after the base path; `undefined` if it is another. The base path itself is the page. */
function pathBelow(pathname: string, basePath: string): string | undefined {
  if (pathname === basePath) return "/";
  return pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : undefined;
}

/** Tells the client what is wrong with its request. Of any other error it tells nothing. */
function toErrorReply(error: unknown, request: Request): Reply {
  const isKnown = error instanceof RequestError;
  const message = isKnown ? error.message : "Something went wrong here";
  const more = { status: isKnown ? error.status : 500, headers: isKnown ? error.headers : {} };
  const wantsJson = /\/api\/[^/]*$/.test(request.url.split("?")[0]!);
  return wantsJson ? jsonReply({ error: message }, more) : textReply(message, more);
}

/**
 * Makes a handler of requests: `fetch(request)` returns the response.
 *
 * It runs in every runtime whose servers take such a function. The first request starts one `watch()` for each wearer,
 * which serves all viewers and ends some minutes after the last one.
 *
 * @throws {ArgumentError} If an option is invalid, or if nothing says who may see the readings.
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * import { bearer, createHandler } from "dexcom-share-ts/web";
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret" });
 * const handler = createHandler({ source: dexcom, authorize: bearer("5f2b8c0e9d417a36b1c4") });
 * export default { fetch: handler.fetch };
 * ```
 */
export function createHandler(options: WebHandlerOptions): WebHandler {
  return new WebHandler(options);
}
