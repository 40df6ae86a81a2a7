import { ACCOUNT_ID, json, SESSION_ID } from "./responses.ts";

/** A request that the service received. */
export interface WireRequest {
  /** Such as `"POST Publisher/StopRemoteMonitoringSession?sessionId=…"`. */
  readonly line: string;
  /** The last part of the path. */
  readonly operation: string;
  /** As text; empty if the request has no body. */
  readonly body: string;
}

/** The outcome of a request: a response, an error that `fetch` rejects with, or a function that decides. */
export type WireStep = Response | Error | (() => Response | Promise<Response>);

export interface WireService {
  readonly fetch: typeof fetch;
  /** All requests except logins, oldest first. */
  readonly requests: readonly WireRequest[];
  /** The requests that log in. */
  readonly logins: readonly WireRequest[];
  /** Appends steps to those that are left. */
  add(...steps: WireStep[]): void;
}

const SERVICES = "https://share2.dexcom.com/ShareWebServices/Services/";

/** Responds to logins by itself, with a new session each time, and takes the next of `steps` for any other request. */
export function wireService(...steps: WireStep[]): WireService {
  const requests: WireRequest[] = [];
  const logins: WireRequest[] = [];
  return {
    requests,
    logins,
    add: (...more) => void steps.push(...more),
    async fetch(input, { method = "GET", body } = {}) {
      const url = input as string;
      if (!url.startsWith(SERVICES)) throw new Error(`no operation of the service: ${url}`);
      const operation = new URL(url).pathname.split("/").at(-1)!;
      const request = { line: `${method} ${url.slice(SERVICES.length)}`, operation, body: (body ?? "") as string };
      const isLogin = /^(AuthenticatePublisherAccount|Login\w+)$/.test(operation);
      (isLogin ? logins : requests).push(request);
      if (operation === "AuthenticatePublisherAccount") return json(ACCOUNT_ID);
      if (isLogin)
        return json(
          SESSION_ID.replaceAll("5", String(4 + logins.filter((login) => login.operation === operation).length)),
        );
      const step = steps.shift() ?? new Error(`the script has no response left for ${operation}`);
      if (step instanceof Error) throw step;
      return typeof step === "function" ? step() : step;
    },
  };
}
