/** What is remembered of a refusal, and how: see refused-once for what that is good for. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Dexcom } from "../../src/dexcom.ts";
import { AccountError } from "../../src/errors.ts";
import { fault, json } from "../support/responses.ts";
import { PASSWORD, scripted } from "../support/client.ts";

const read = (dexcom: Dexcom): Promise<unknown> => dexcom.getLatestGlucoseReading();
const refused = (): Response => fault("AccountPasswordInvalid");

describe("a password that was refused", () => {
  test("is known again by a salted digest: it is never digested alone, nor twice in one client", async (t) => {
    const digested: string[] = [];
    const { subtle } = crypto;
    const digest = subtle.digest.bind(subtle);
    t.mock.method(subtle, "digest", (algorithm: string, data: Uint8Array<ArrayBuffer>) => {
      assert.equal(algorithm, "SHA-256");
      digested.push(new TextDecoder("latin1").decode(data));
      return digest(algorithm, data);
    });
    const { dexcom, another, run } = scripted([refused()]);
    for (const client of [dexcom, dexcom, another()]) await assert.rejects(run(read(client)), AccountError);
    assert.equal(digested.length, 2);
    for (const data of digested) {
      assert.ok(data.endsWith(PASSWORD));
      assert.ok(data.length >= PASSWORD.length + 16, "16 bytes of salt at least");
    }
    assert.equal(digested[0], digested[1], "the salt is that of the process, or clients could not know it again");
  });

  test("is remembered by each client for itself if the runtime has no digest, as in pages without TLS", async (t) => {
    const { dexcom, another, script, run } = scripted([refused(), refused(), json("too many")]);
    const { crypto } = globalThis;
    t.after(() => Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true }));
    for (const without of [{ getRandomValues: crypto.getRandomValues.bind(crypto) }, undefined]) {
      Object.defineProperty(globalThis, "crypto", { value: without, configurable: true });
      const client = without ? dexcom : another();
      for (let call = 0; call < 3; call++) await assert.rejects(run(read(client)), AccountError);
    }
    assert.equal(script.requests.length, 2);
  });

  test("is forgotten with the fetch that it belongs to: nothing is kept for another", async () => {
    for (let fetches = 0; fetches < 3; fetches++) {
      const { dexcom, script, run } = scripted([refused()]);
      await assert.rejects(run(read(dexcom)), AccountError);
      assert.equal(script.requests.length, 1);
    }
  });

  test("of any form is one: letters, signs and all", async () => {
    for (const password of [" ", "x".repeat(5000), "Pässwörd 🩸", "\u0000"]) {
      const { dexcom, another, script, run } = scripted([refused(), refused()], { password });
      await assert.rejects(run(read(dexcom)), AccountError);
      await assert.rejects(run(read(another())), AccountError);
      assert.equal(script.requests.length, 1);
      await assert.rejects(run(read(another({ password: `${password}.` }))), AccountError);
      assert.equal(script.requests.length, 2);
    }
  });
});
