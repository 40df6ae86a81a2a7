import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DexcomEvent } from "../src/events.ts";
import { json, page, SESSION_ID } from "./support/responses.ts";
import { LOGIN, LOGIN_AND_READ, READ, scripted } from "./support/client.ts";

describe("events", () => {
  test("tell of a login and of a retry, in order", async () => {
    const { dexcom, events, run } = scripted([page(503), json(SESSION_ID), page(429), json([])]);
    await run(dexcom.getGlucoseReadings());
    assert.deepEqual(
      events.map((event) => [
        event.type,
        event.type === "retry" && [event.operation, event.attempt, event.delayMs, event.error.status],
      ]),
      [
        ["retry", [`General/${LOGIN}`, 1, 200, 503]],
        ["login", false],
        ["retry", [`Publisher/${READ}`, 1, 1000, 429]],
      ],
    );
  });

  for (const [how, onEvent] of [
    [
      "throws",
      () => {
        throw new Error("of the handler");
      },
    ],
    ["rejects", () => Promise.reject(new Error("of the handler"))],
    ["hangs", () => new Promise<void>(() => undefined)],
  ] as const) {
    test(`reach a handler that ${how}, and the call is not affected`, async () => {
      const told: DexcomEvent[] = [];
      const { dexcom, run } = scripted(LOGIN_AND_READ, {
        // eslint-disable-next-line @typescript-eslint/no-misused-promises -- people do
        onEvent: (event: DexcomEvent) => {
          told.push(event);
          return onEvent();
        },
      });
      assert.equal((await run(dexcom.getLatestGlucoseReading()))?.mgDl, 132);
      assert.deepEqual(
        told.map(({ type }) => type),
        ["login"],
      );
    });
  }
});
