/** Responses of the service, as the protocol shows them, for a scripted fetch. */

/** Made-up ids of 36 characters. */
export const ACCOUNT_ID = "99999999-9999-9999-9999-999999999999";
export const SESSION_ID = "55555555-5555-5555-5555-555555555555";
export const OTHER_SESSION_ID = "66666666-6666-6666-6666-666666666666";
export const THIRD_SESSION_ID = "77777777-7777-7777-7777-777777777777";
export const ZEROS = "00000000-0000-0000-0000-000000000000";
export const TRACE_ID = "12345678-1234-1234-1234-123456789abc";

export interface ResponseOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A JSON value, as the service sends it: no charset, and a trace id (PROTOCOL.md, "Transport"). */
export function json(value: unknown, options: ResponseOptions = {}): Response {
  return text(JSON.stringify(value), options);
}

/** Any body. */
export function text(
  body: string | Uint8Array<ArrayBuffer> | null,
  { status = 200, headers }: ResponseOptions = {},
): Response {
  return new Response(body, {
    status,
    headers: { "content-type": "application/json", "x-trace-id": TRACE_ID, ...headers },
  });
}

/** An HTML page, as a proxy sends it during an outage (PROTOCOL.md, "Responses that are no fault"). */
export function page(status: number, headers?: Readonly<Record<string, string>>): Response {
  return text("<!DOCTYPE html><html><body>not a response</body></html>", {
    status,
    headers: { "content-type": "text/html", ...headers },
  });
}

/** A fault: HTTP 500 with four strings, of which `Code` tells (PROTOCOL.md, "Fault shape"). */
export function fault(
  code: string,
  message: string = "Error in the application.",
  options: ResponseOptions = {},
): Response {
  return json(faultBody(code, message), { status: 500, ...options });
}

export function faultBody(code: string, message: string = "Error in the application."): Record<string, string> {
  return { Code: code, Message: message, SubCode: '{"OnlineException":{"Type":13}}', TypeName: "FaultException" };
}

/** An unfollowed redirect, as browsers show it: no status, no headers, no body. */
export function opaqueRedirect(): Response {
  return Object.defineProperties(new Response(null), {
    type: { value: "opaqueredirect" },
    status: { value: 0 },
    ok: { value: false },
  });
}

/** Time of the example in PROTOCOL.md. */
export const NEWEST_MS = 1_691_239_553_000;

/** A record as today's service writes it (PROTOCOL.md, "Glucose values"), `minutesAgo` older than the newest. */
export function record(
  minutesAgo: number = 0,
  fields: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const time = NEWEST_MS - minutesAgo * 60_000;
  return {
    WT: `Date(${time})`,
    ST: `Date(${time})`,
    DT: `Date(${time}-0400)`,
    Value: 132,
    Trend: "FortyFiveUp",
    ...fields,
  };
}
