import assert from "node:assert/strict";
import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { describe, test, type TestContext } from "node:test";
import { deriveFromPassword } from "../../src/session/entry-keys.ts";
import { SealedEntry } from "../../src/session/sealed-entry.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { MapStore, Place } from "../stores/map-store.ts";

const clock = new VirtualClock();
const SALT = "https://share2.dexcom.com/ShareWebServices/Services/\nsomeone@example.com";

function entryIn(place: Place, secret = "correct-horse-battery", salt = SALT): SealedEntry {
  return new SealedEntry(new MapStore(place), clock, () => deriveFromPassword(secret, salt));
}

/** What the algorithm is said to be, done with other means: PBKDF2 (RFC 8018) and AES-256-GCM. */
function opened(key: string, value: string, secret: string, salt: string): unknown {
  const derived = pbkdf2Sync(secret, salt, 100_000, 64, "sha512");
  assert.equal(key, derived.subarray(32).toString("base64"));
  const bytes = Buffer.from(value, "base64");
  const decipher = createDecipheriv("aes-256-gcm", derived.subarray(0, 32), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(-16));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString());
}

describe("a sealed entry", () => {
  test("is named by and sealed with the two halves of 100,000 rounds of PBKDF2 with SHA-512", async () => {
    const place = new Place(clock);
    await entryIn(place).write({ id: "ä" }, 1000);
    assert.equal(place.kept.size, 1);
    for (const [key, { value }] of place.kept)
      assert.deepEqual(opened(key, value, "correct-horse-battery", SALT), { id: "ä" });
  });

  test("costs an attacker 100,000 rounds for each password, and its owner as many once", async (t: TestContext) => {
    const derive = t.mock.method(crypto.subtle, "deriveBits");
    const digest = t.mock.method(crypto.subtle, "digest");
    const entry = entryIn(new Place(clock));
    await Promise.all([entry.read(), entry.write({ id: 1 }, 1000), entry.read()]);
    assert.deepEqual(
      derive.mock.calls.map(({ arguments: [algorithm] }) => (algorithm as { iterations: number }).iterations),
      [100_000],
    );
    assert.equal(digest.mock.callCount(), 0);
  });

  test("can be opened only with the same secret and salt", async () => {
    const place = new Place(clock);
    await entryIn(place).write({ id: 1 }, 1000);
    assert.deepEqual(await entryIn(place).read(), { id: 1 });
    assert.equal(await entryIn(place, "correct-horse-batterz").read(), undefined);
    assert.equal(await entryIn(place, undefined, `${SALT}.`).read(), undefined);
  });

  test("looks different each time, also of the same value", async () => {
    const place = new Place(clock);
    const entry = entryIn(place);
    const seen = new Set<string>();
    for (let i = 0; i < 5; i++) {
      await entry.write({ id: 1 }, 1000);
      for (const { value } of place.kept.values()) seen.add(value);
    }
    assert.equal(seen.size, 5);
  });

  test("of which a bit was changed is not opened", async () => {
    const place = new Place(clock);
    await entryIn(place).write({ id: 1 }, 1000);
    const [key, { value }] = [...place.kept][0]!;
    const bytes = Buffer.from(value, "base64");
    for (const at of [0, 12, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      place.put(key, changed.toString("base64"), 1000);
      assert.equal(await entryIn(place).read(), undefined);
    }
  });

  test("is replaced only if it is the value that was last read", async () => {
    const place = new Place(clock);
    const [one, other] = [entryIn(place), entryIn(place)];
    await one.write({ id: 1 }, 1000);
    await other.write({ id: 2 }, 1000);
    assert.deepEqual([await one.read(), other.value], [{ id: 1 }, undefined]);
    await other.read();
    await other.write({ id: 2 }, 1000);
    await one.write({ id: 3 }, 1000);
    assert.deepEqual(await one.read(), { id: 2 });
    await one.write(undefined, 0);
    assert.equal(place.kept.size, 0);
  });

  test("keeps a virtual clock still while it derives and seals", async () => {
    const place = new Place(clock);
    const writing = entryIn(place).write({ id: 1 }, 1000);
    await clock.advance(0);
    await writing;
    assert.equal(place.kept.size, 1);
  });
});
