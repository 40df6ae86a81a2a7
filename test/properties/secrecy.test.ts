import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NODE } from "../support/runtimes.ts";
import { PASSWORD, SESSION_PREFIX } from "./faults/faulty-service.ts";
import { SECRETS } from "./secrecy/cases.ts";
import { describeSecrecy } from "./secrecy/on-runtimes.ts";
import { textsOf } from "../support/texts-of.ts";

describeSecrecy([NODE]);

describe("the search for secrets", () => {
  const wrapped = (cause: unknown): Error => new Error("fetch failed", { cause });
  const hidden = Object.defineProperty(new Error("fetch failed"), "request", {
    value: { body: PASSWORD },
    enumerable: false,
  });
  class Holder {
    get door(): string {
      return PASSWORD;
    }
  }
  const places: readonly [string, unknown][] = [
    ["a message", new Error(`refused: ${PASSWORD}`)],
    ["a cause of a cause", wrapped(wrapped(new Error(PASSWORD)))],
    ["a hidden property", hidden],
    ["an accessor", new Holder()],
    ["a name", Object.assign(new Error(""), { name: PASSWORD })],
    [
      "a hidden property of an error with a cause",
      Object.defineProperty(wrapped(new Error("x")), "secret", { value: PASSWORD }),
    ],
    ["a map in an array", { deep: [{ deeper: new Map([[1, SESSION_PREFIX.toUpperCase()]]) }] }],
    ["a symbol's property", { [Symbol("secret")]: [{ id: `${SESSION_PREFIX}-0000-0000-0000-000000000001` }] }],
    ["a map", new Map([["session", { id: `${SESSION_PREFIX}-0000-0000-0000-000000000001` }]])],
    ["capitals", `${SESSION_PREFIX.toUpperCase()}-0000`],
    ["a URL", new URL(`https://example.com/?password=${encodeURIComponent(PASSWORD)}`)],
    ["JSON within JSON", JSON.stringify({ body: JSON.stringify({ password: PASSWORD }) })],
    ["base64", btoa(`${SESSION_PREFIX}-0000-0000-0000-000000000001`)],
  ];
  for (const [place, value] of places) {
    test(`finds one in ${place}`, () => {
      assert.ok(SECRETS.findIn(value));
    });
  }

  test("finds nothing in an object without secrets", () => {
    const texts = [
      ...textsOf(
        Object.assign(new Error("No response from the service"), {
          status: 500,
          traceId: "99999999-9999-9999-9999-999999999999",
        }),
      ),
    ];
    assert.ok(texts.length > 10);
    assert.deepEqual(
      texts.filter((text) => SECRETS.find(text) !== undefined),
      [],
    );
  });
});
