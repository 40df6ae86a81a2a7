import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ArgumentError } from "../src/errors.ts";
import { resolveOptions, type DexcomOptions } from "../src/options.ts";
import { shown } from "./support/shown.ts";

const GOOD: DexcomOptions = { username: "someone@example.com", password: "secret" };
const servicesUrl = (options: object): string => resolveOptions({ ...GOOD, ...options }).servicesUrl;

describe("baseUrl", () => {
  for (const [baseUrl, expected] of [
    ["https://proxy.example", "https://proxy.example/"],
    ["https://proxy.example/", "https://proxy.example/"],
    ["https://proxy.example:8443/a/b", "https://proxy.example:8443/a/b/"],
    ["https://proxy.example/a/b///", "https://proxy.example/a/b/"],
    [new URL("https://proxy.example/a"), "https://proxy.example/a/"],
    ["HTTPS://PROXY.EXAMPLE", "https://proxy.example/"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"],
    ["http://127.1.2.3", "http://127.1.2.3/"],
    ["http://localhost:1234/x", "http://localhost:1234/x/"],
    ["http://[::1]:9", "http://[::1]:9/"],
  ] as const) {
    test(`may be ${shown(String(baseUrl))}`, () => {
      assert.equal(servicesUrl({ baseUrl }), `${expected}ShareWebServices/Services/`);
    });
  }

  test("of a hundred thousand slashes is checked in linear time", () => {
    const started = process.cpuUsage();
    servicesUrl({ baseUrl: `https://proxy.example/${"/".repeat(100_000)}x` });
    // The quadratic way took seven seconds.
    assert.ok(process.cpuUsage(started).user < 1_000_000);
  });

  test("with an empty query or fragment leads to the same place, or nowhere", () => {
    for (const baseUrl of ["https://proxy.example/a?", "https://proxy.example/a#", "https://proxy.example/a/?#"]) {
      let url: string;
      try {
        url = servicesUrl({ baseUrl });
      } catch (error) {
        assert.ok(error instanceof ArgumentError);
        continue;
      }
      assert.equal(url, "https://proxy.example/a/ShareWebServices/Services/");
    }
  });
});
