import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DexcomEvent } from "../../src/index.ts";
import { textsOf } from "../support/texts-of.ts";
import { fault, page, text } from "../support/responses.ts";
import { wireService, type WireStep } from "../support/wire-service.ts";
import { clientsOf, ROWS } from "./table.ts";

const SESSIONS = /([5-9])\1{7}-\1{4}-\1{4}-\1{4}-\1{12}/;

/** Failures that repeat what was sent, as runtimes and the service do. */
const FAILURES: readonly (readonly [what: string, response: (url: string) => WireStep])[] = [
  [
    "a runtime that prints the address",
    (url) =>
      Object.assign(new TypeError(`fetch failed: ${url}`, { cause: new Error(`connect ${url}`) }), { url, path: url }),
  ],
  [
    "a fault that echoes the session",
    (url) => fault("SomethingNew", `Failed. [${url}]`, { headers: { "x-trace-id": url.slice(-36) } }),
  ],
  [
    "a dead session in every response",
    (url) => fault("SessionIdNotFound", `Failed to find session object. [SessionId = ${url}]`),
  ],
  ["a page that shows the address", (url) => text(`<html>${url}</html>`, { status: 502 })],
  ["a redirect", (url) => new Response(null, { status: 302, headers: { location: url } })],
  ["a response of another shape", (url) => text(JSON.stringify([{ url }, url]))],
  ["too many requests", () => page(429)],
];

describe("the session id in an address gets into no error and no event:", () => {
  for (const [what, fail] of FAILURES) {
    test(what, async () => {
      for (const row of ROWS) {
        const events: DexcomEvent[] = [];
        const service = wireService();
        const failing: typeof fetch = async (input, init) => {
          const url = input as string;
          if (/AuthenticatePublisherAccount|Login\w+$/.test(url)) return service.fetch(input, init);
          // One that has a session id at its end, whatever the operation.
          const response = fail(
            `${url} ${init?.body as string} ${service.logins.length > 1 ? "55555555-5555-5555-5555-555555555555" : ""}`,
          );
          if (response instanceof Error) throw response;
          return response as Response;
        };
        const clients = clientsOf({ fetch: failing }, { onEvent: (event: DexcomEvent) => events.push(event) });
        const error: unknown = await row.call(clients).then(
          () => assert.fail(`${row.operation} did not fail`),
          (reason: unknown) => reason,
        );
        for (const text of textsOf([error, ...events])) {
          assert.doesNotMatch(text, SESSIONS, row.operation);
          assert.ok(!text.includes("sessionId=") && !text.includes("?"), row.operation);
        }
      }
    });
  }
});
