import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PublisherError } from "../../src/publisher/index.ts";
import { ArgumentError, DexcomError, ServerError } from "../../src/index.ts";
import * as operations from "../../src/wire/operations.ts";
import { fault, SESSION_ID, text } from "../support/responses.ts";
import { wireService, type WireService } from "../support/wire-service.ts";
import { NOW } from "./quiet-clock.ts";
import type { Row } from "./row.ts";
import { clientsOf, FAULTS, ROWS, withSession } from "./table.ts";

const TIME = { DateTime: `/Date(${NOW})/`, OffsetMinutes: 0 };

/** A service that gives its time first if the operation requests it. */
export function serviceFor({ operation }: Row, ...responses: Parameters<typeof wireService>): WireService {
  return wireService(...(operation === "PostReceiverEgvRecords" ? [text(JSON.stringify(TIME))] : []), ...responses);
}

/** Its requests for the row's own operation. */
const own = (service: WireService, { operation }: Row): WireService["requests"] =>
  service.requests.filter((request) => request.operation === operation);

/** JSON written otherwise: the same value, with white space and the keys the other way round. */
function rewritten(json: string): string {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, reversed(inner)]),
    );
  };
  return ` ${JSON.stringify(reversed(JSON.parse(json)), null, "\t")}\r\n`;
}

/** The body's text without what JSON leaves free, escapes as they were written. */
function canonical(body: string): string {
  // A mark that survives parsing shows whether a slash was escaped.
  const marked = body.replaceAll(String.raw`\/`, "\uE000");
  const sorted = (value: unknown): unknown =>
    typeof value !== "object" || value === null || Array.isArray(value)
      ? Array.isArray(value)
        ? value.map(sorted)
        : value
      : Object.fromEntries(
          Object.entries(value)
            .sort()
            .map(([key, inner]) => [key, sorted(inner)]),
        );
  return marked === "" ? "" : JSON.stringify(sorted(JSON.parse(marked)));
}

const READ_BY_THE_READER = "Publisher/ReadPublisherLatestGlucoseValues";

test("the table has a row for every operation of this side, with the repetition that the library's own table has", () => {
  const rows = Object.values(operations).filter((row) => typeof row !== "string");
  const listed = rows
    .filter(({ repetition, path }) => repetition !== "login" && path !== READ_BY_THE_READER)
    .map(({ path, repetition }) => [path.slice(path.indexOf("/") + 1), repetition]);
  assert.deepEqual(ROWS.map(({ operation, repetition }) => [operation, repetition]).sort(), listed.sort());
});

for (const row of ROWS) {
  const { operation, line, body = "", call, response, result, also = [], done } = row;
  describe(operation, () => {
    test("is sent as in the protocol's example, and read so", async () => {
      const service = serviceFor(row, text(response));
      assert.deepEqual(await call(clientsOf(service)), result);
      const [request, ...more] = own(service, row);
      assert.deepEqual(more, []);
      assert.equal(request?.line, withSession(line));
      assert.equal(canonical(request.body), canonical(withSession(body)));
    });

    for (const [other, meaning] of also) {
      test(`understands the response ${other.slice(0, 60).trim()}`, async () => {
        assert.deepEqual(await call(clientsOf(serviceFor(row, text(other)))), meaning);
      });
    }

    if (response.startsWith("{") || response.startsWith("[")) {
      test("does not mind white space and the order of keys", async () => {
        assert.deepEqual(await call(clientsOf(serviceFor(row, text(rewritten(response))))), result);
      });
    }

    for (const [serverCode, code] of FAULTS.filter(([one]) => one !== done?.[0])) {
      test(`is refused by ${serverCode}, for good`, async () => {
        // Posting starts a session and assigns a receiver; see post.test.ts.
        const responses = [
          fault(serverCode),
          fault(serverCode),
          fault(serverCode),
          fault(serverCode),
          fault(serverCode),
        ];
        const service = serviceFor(row, ...responses);
        await assert.rejects(call(clientsOf(service, { retry: { retries: 1 } })), (error: DexcomError) => {
          assert.ok(error instanceof PublisherError);
          assert.deepEqual(
            [error.name, error.code, error.serverCode, error.status],
            ["PublisherError", code, serverCode, 500],
          );
          assert.ok(error.advice.length > 15);
          return true;
        });
      });
    }

    if (done !== undefined) {
      test(`takes ${done[0]} for success`, async () => {
        const service = serviceFor(row, fault(done[0]));
        assert.deepEqual(await call(clientsOf(service)), done[1]);
        assert.equal(own(service, row).length, 1);
      });
    }

    if (operation !== "SystemUtcTime") {
      for (const dead of ["SessionIdNotFound", "SessionNotValid"]) {
        test(`logs in again, once, if the session is gone (${dead})`, async () => {
          const service = serviceFor(row, fault(dead), text(response));
          assert.deepEqual(await call(clientsOf(service)), result);
          const lines = own(service, row).map((request) => `${request.line} ${request.body}`);
          assert.equal(lines.length, 2);
          assert.ok(
            lines[0]!.includes(SESSION_ID) && !lines[1]!.includes(SESSION_ID),
            "the second one has the new session",
          );
        });
      }
    }

    test("names the operation if the service refuses an argument", async () => {
      const service = serviceFor(
        row,
        fault("InvalidArgument", 'String "1": UUID has to be represented by standard 36-char representation'),
      );
      await assert.rejects(call(clientsOf(service)), (error: Error) => {
        assert.ok(error instanceof ArgumentError);
        assert.equal(error.message, `The service refused an argument of ${operation}`);
        return true;
      });
    });

    for (const wrong of [
      "[1]",
      '"Yes"',
      "7",
      '"00000000-0000-0000-0000-000000000000"',
      "{",
      "<!DOCTYPE html><html></html>",
      '[{"SubscriptionId":5}]',
    ]) {
      // One of them is right by chance here and there.
      test(`rejects ${wrong} as a response`, async () => {
        const service = serviceFor(row, text(wrong), text(wrong), text(wrong));
        await assert.rejects(call(clientsOf(service, { retry: { retries: 1 } })), (error: Error) => {
          assert.ok(
            error instanceof ServerError || (error instanceof PublisherError && error.code === "OUTCOME_UNKNOWN"),
            String(error),
          );
          return true;
        });
      });
    }
  });
}
