/** What processes of one store see of each other's sessions and refusals, call by call. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { StoredRefusal } from "../../src/session/refusal.ts";
import { ID, OTHER_ID, world } from "./two-processes.ts";
import { deriveKeysQuickly } from "../stores/quick-keys.ts";

deriveKeysQuickly();

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const SECRET = new Uint8Array(32).fill(1);
const OLD_SECRET = new Uint8Array(32).fill(2);
const codes = (refusals: readonly StoredRefusal[]): string[] => refusals.map(({ code }) => code).sort();

describe("a session", () => {
  test("is read once, and again only after the service has refused its id", async () => {
    const { place, start } = world();
    const writer = start();
    await writer.set(ID);
    const reader = start();
    for (let call = 0; call < 3; call++) assert.equal(await reader.get(), ID);
    assert.equal(place.calls.filter((call) => call === "get").length, 1);
    assert.equal(await reader.get(ID), undefined);
    assert.equal(place.calls.filter((call) => call === "get").length, 2);
    await writer.set(OTHER_ID);
    assert.equal(await reader.get(ID), OTHER_ID);
  });

  test("that is set while the store is being read is kept", async () => {
    const { place, start } = world();
    const process = start();
    let respond = (): void => undefined;
    place.fault = (method) => (method === "get" ? new Promise((resolve) => (respond = resolve)) : undefined);
    const reading = process.get();
    while (place.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    place.fault = undefined;
    await process.set(ID);
    respond();
    assert.equal(await reading, ID);
    assert.equal(await process.get(), ID);
  });

  test("does not overwrite one that another process stored after this one had read", async () => {
    const { start } = world();
    const [slow, quick] = [start(), start()];
    await slow.get();
    await quick.set(OTHER_ID);
    await slow.set(ID);
    assert.equal(await start().get(), OTHER_ID);
  });

  test("replaces the session that this process has read", async () => {
    const { start } = world();
    const process = start();
    await process.set(ID);
    await process.set(OTHER_ID);
    assert.equal(await start().get(), OTHER_ID);
  });

  test("is deleted only if it is still the current one", async () => {
    const { place, start } = world();
    const [first, second] = [start(), start()];
    await first.set(ID);
    await second.get();
    const asked = place.calls.length;
    await second.delete(OTHER_ID);
    assert.equal(place.calls.length, asked);
    await first.set(OTHER_ID);
    await second.delete(ID);
    assert.equal(await start().get(), OTHER_ID);
    await first.delete(OTHER_ID);
    assert.equal(await start().get(), undefined);
  });

  test("is written with `replace`, or with `set` if the store has no `replace`", async () => {
    for (const [canCompare, method] of [
      [true, "replace"],
      [false, "set"],
    ] as const) {
      const { place, events, start } = world();
      const process = start({ canCompare });
      await process.set(ID);
      assert.deepEqual([...new Set(place.calls)], [method]);
      assert.equal(await start().get(), ID);
      await process.delete(ID);
      assert.equal(await start().get(), undefined);
      assert.deepEqual(events, []);
    }
  });
});

describe("a refusal", () => {
  test("is read by other processes, and removed by a successful login that had read it", async () => {
    const { start } = world();
    const [first, second] = [start(), start()];
    await first.refuse("CREDENTIALS_REFUSED");
    assert.deepEqual(codes(await second.heard()), ["CREDENTIALS_REFUSED"]);
    await second.set(ID);
    await second.delete(ID);
    assert.deepEqual(codes(await start().heard()), []);
  });

  test("stays if the successful login had not read it", async () => {
    const { clock, start } = world();
    const [first, second] = [start(), start()];
    await first.refuse("LOGIN_UNDECIDED");
    await second.heard();
    await clock.advance(1);
    await first.refuse("CREDENTIALS_REFUSED");
    await second.set(ID);
    await second.delete(ID);
    assert.deepEqual(codes(await start().heard()), ["CREDENTIALS_REFUSED"]);
  });

  test("does not remove the session of a process whose session still works", async () => {
    const { start } = world();
    await start().set(ID);
    const other = start();
    await other.get();
    await other.refuse("LOGIN_UNDECIDED");
    assert.equal(await start().get(), ID);
  });

  test("with a secret: a lock-out applies to every password of the account, a refusal to one password", async () => {
    for (const [code, expected] of [
      ["LOCKED_OUT", ["LOCKED_OUT"]],
      ["CREDENTIALS_REFUSED", []],
    ] as const) {
      const { start } = world();
      await start({ secrets: [SECRET] }).refuse(code);
      assert.deepEqual(codes(await start({ secrets: [SECRET] }).heard()), [code]);
      assert.deepEqual(codes(await start({ secrets: [SECRET], password: "other" }).heard()), expected);
      assert.deepEqual(codes(await start({ secrets: [SECRET], username: "other@example.com" }).heard()), []);
    }
  });

  test("without a secret applies to its password only", async () => {
    const { start } = world();
    await start().refuse("LOCKED_OUT");
    assert.deepEqual(codes(await start().heard()), ["LOCKED_OUT"]);
    assert.deepEqual(codes(await start({ password: "other" }).heard()), []);
  });

  test("is also found under the previous secret, after the current one", async () => {
    const { place, start } = world();
    await start({ secrets: [OLD_SECRET] }).refuse("LOCKED_OUT");
    assert.deepEqual(codes(await start({ secrets: [SECRET, OLD_SECRET] }).heard()), ["LOCKED_OUT"]);
    await start({ secrets: [SECRET] }).set(ID);
    place.calls.length = 0;
    assert.equal(await start({ secrets: [SECRET, OLD_SECRET] }).get(), ID);
    // One read of the record, two of the lock-out, which only the previous secret opens.
    assert.deepEqual(place.calls, ["get", "get", "get"]);
  });
});

describe("the last success", () => {
  test("is the latest of all processes that this process has read", async () => {
    const { clock, start } = world();
    await start().set(ID);
    await clock.advance(5 * MINUTE_MS);
    const other = start();
    assert.equal(other.workedMsAgo(), Infinity);
    await other.get();
    assert.equal(other.workedMsAgo(), 5 * MINUTE_MS);
  });

  test("is stored beside a refusal, and the later one of two applies", async () => {
    const { clock, start } = world();
    const first = start();
    await first.set(ID);
    await clock.advance(MINUTE_MS);
    for (const [workedMsAgo, expected] of [
      [Infinity, MINUTE_MS],
      [20_000, 20_000],
      [40_000, 20_000],
    ] as const) {
      await first.refuse("CREDENTIALS_REFUSED", workedMsAgo);
      const other = start();
      await other.get();
      assert.equal(other.workedMsAgo(), expected);
    }
  });

  test("is stored with the first refusal of credentials that only this process has used", async () => {
    const { place, start } = world();
    await start().refuse("CREDENTIALS_REFUSED", 1000);
    const other = start();
    await other.get();
    assert.equal(other.workedMsAgo(), 1000);
    assert.deepEqual(place.ttls, [DAY_MS - 1000]);
  });

  test("of credentials that never worked is absent", async () => {
    const { place, start } = world();
    await start().refuse("CREDENTIALS_REFUSED");
    const other = start();
    await other.get();
    assert.equal(other.workedMsAgo(), Infinity);
    assert.deepEqual(place.ttls, [70 * MINUTE_MS]);
  });

  test("is not in the future, even if the clock of its writer was ahead", async () => {
    const { start } = world();
    await start().set(ID);
    const behind = start({ behindMs: 2 * MINUTE_MS });
    await behind.get();
    assert.equal(behind.workedMsAgo(), 0);
  });
});

describe("a record that other processes keep changing", () => {
  test("is written in five attempts at most", async () => {
    const { place, events, start } = world();
    const process = start();
    let tries = 0;
    place.fault = (method) => {
      if (method === "replace") {
        tries++;
        for (const key of place.kept.keys()) place.put(key, `other ${tries}`, DAY_MS);
      }
      return undefined;
    };
    await start().set(ID);
    tries = 0;
    await process.refuse("LOGIN_UNDECIDED");
    assert.equal(tries, 5);
    assert.deepEqual(events, []);
  });
});
