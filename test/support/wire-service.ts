import { ACCOUNT_ID, json, SESSION_ID } from "./responses.ts";

/** One request as it went out. */
export interface WireRequest {
  /** Such as `"POST Publisher/StopRemoteMonitoringSession?sessionId=…"`. */
  readonly line: string;
  /** The last part of the path. */
  readonly operation: string;
  /** As text; empty where there was none. */
  readonly body: string;
}

/** What comes of a request. */
export type WireAnswer = Response | Error | (() => Response | Promise<Response>);

export interface WireService {
  readonly fetch: typeof fetch;
  /** All but logins, oldest first. */
  readonly requests: readonly WireRequest[];
  /** How often the password was posted. */
  readonly logins: readonly WireRequest[];
  /** Answers for what comes after the ones that are left. */
  add(...answers: WireAnswer[]): void;
}

const SERVICES = "https://share2.dexcom.com/ShareWebServices/Services/";

/** Answers logins by itself, with one session after the other, and everything else with `answers`, one after the other. */
export function wireService(...answers: WireAnswer[]): WireService {
  const requests: WireRequest[] = [];
  const logins: WireRequest[] = [];
  return {
    requests,
    logins,
    add: (...more) => void answers.push(...more),
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
      const answer = answers.shift() ?? new Error(`the script has no answer left for ${operation}`);
      if (answer instanceof Error) throw answer;
      return typeof answer === "function" ? answer() : answer;
    },
  };
}
