import assert from "node:assert/strict";
import { createDecipheriv, createHash, getHashes, pbkdf2Sync } from "node:crypto";
import { describe, test } from "node:test";
import { AccountError, Dexcom } from "../../src/index.ts";
import { ShareSimulator } from "../../src/simulator/index.ts";
import { realStores } from "./real-stores.ts";
import { ACCOUNT, asked } from "./service.ts";

const SERVICES = "https://share2.dexcom.com/ShareWebServices/Services/";
const WRONG = "wrong-horse-battery";

/** What is kept for a secret, by the algorithm as it is written down, with other means than ours. */
function derivation(secret: string, salt: string): { name: string; key: Buffer } {
  const derived = pbkdf2Sync(secret, salt, 100_000, 64, "sha512");
  return { name: derived.subarray(32).toString("base64"), key: derived.subarray(0, 32) };
}

function unseal(key: Buffer, sealed: string): Record<string, unknown> {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(-16));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString()) as Record<
    string,
    unknown
  >;
}

/** Every plain digest of `secret`, alone and with what stands beside it, as it could be written down. */
function quickDigests(secret: string): string[] {
  const texts = [
    secret,
    `${ACCOUNT.username}${secret}`,
    `${ACCOUNT.username}:${secret}`,
    `${secret}${ACCOUNT.username}`,
    `${SERVICES}\n${ACCOUNT.username}\n${secret}`,
  ];
  const hashes = getHashes().filter((name) => /^(md5|sha|ripemd|blake)/i.test(name) && !/shake/i.test(name));
  return texts.flatMap((text) =>
    hashes.flatMap((name) => {
      const digest = createHash(name).update(text).digest();
      // The head of one is enough: some are cut short.
      return [
        digest.toString("hex").slice(0, 24),
        digest.toString("base64").slice(0, 16),
        digest.toString("base64url").slice(0, 16),
      ];
    }),
  );
}

for (const { name, skip, prepare } of realStores()) {
  describe(`with sessions in ${name}`, { skip }, () => {
    test("a wrong password finds nothing in a warm store: one post, an AccountError, no reading", async () => {
      const { next } = await prepare();
      const simulator = new ShareSimulator({ accounts: [ACCOUNT] });
      const start = (password = ACCOUNT.password): Dexcom =>
        new Dexcom({ ...ACCOUNT, password, cache: next(), fetch: (url, init) => simulator.fetch(url, init) });
      await start().getLatestGlucoseReading();
      const before = simulator.requests.length;
      for (let i = 0; i < 3; i++) await assert.rejects(start(WRONG).getLatestGlucoseReading(), AccountError);
      assert.deepEqual(
        simulator.requests.slice(before).map(({ operation }) => operation),
        ["AuthenticatePublisherAccount"],
      );
      await start().getLatestGlucoseReading();
      assert.deepEqual(asked(simulator, before), { authentications: 1, logins: 0, reads: 1 });
    });

    test("a dump holds no secret, and nothing that can be tried with less than 100,000 rounds a guess", async () => {
      const { next, dump } = await prepare();
      const simulator = new ShareSimulator({ accounts: [ACCOUNT] });
      const sessionIds: string[] = [];
      const start = (password: string): Dexcom =>
        new Dexcom({
          ...ACCOUNT,
          password,
          cache: next(),
          fetch: async (url, init) => {
            const response = await simulator.fetch(url, init);
            if ((url as string).endsWith("LoginPublisherAccountById"))
              sessionIds.push((await response.clone().json()) as string);
            return response;
          },
        });
      await start(ACCOUNT.password).getLatestGlucoseReading();
      await assert.rejects(start(WRONG).getLatestGlucoseReading(), AccountError);
      simulator.lockOut(ACCOUNT.username);
      await assert.rejects(start("a third").getLatestGlucoseReading(), { code: "LOCKED_OUT" });
      const entries = [...(await dump())];
      const text = JSON.stringify(entries).toLowerCase();

      const [sessionId] = sessionIds as [string];
      const secrets = [
        ACCOUNT.password,
        WRONG,
        sessionId,
        sessionId.replaceAll("-", ""),
        ACCOUNT.username,
        simulator.getAccountId(ACCOUNT.username),
      ];
      const written = (secret: string): string[] => [
        secret,
        ...(["hex", "base64", "base64url"] as const).map((form) => Buffer.from(secret).toString(form).slice(0, 20)),
      ];
      for (const needle of [
        ...secrets.flatMap(written),
        ...[ACCOUNT.password, WRONG, sessionId].flatMap(quickDigests),
      ]) {
        assert.ok(!text.includes(needle.toLowerCase()), `${needle} is in the store`);
      }

      // Nothing more is there than what 100,000 rounds name and open.
      const own = `${SERVICES}\n${ACCOUNT.username}`;
      const known = [derivation(ACCOUNT.password, own), derivation(WRONG, own), derivation("a third", own)];
      const found: unknown[] = [];
      for (const [place, content] of entries) {
        const from = known.find(
          (entry) => place === `dexcom-share:${entry.name}` || place.startsWith(stemOf(entry.name)),
        );
        const lock = known.find((entry) => place.startsWith(stemOf(`${entry.name}-lock`)));
        assert.ok(from ?? lock, `${place} is the name of nothing that is known`);
        const value = content.startsWith("{") ? (JSON.parse(content) as { value: string | null }).value : content;
        if (lock) assert.match(value ?? "", /^[\d.e-]*$/, "a lock holds a random number");
        else if (value !== null)
          found.push(
            unseal(from!.key, value)["id"] ?? (unseal(from!.key, value)["refusals"] as { code: string }[])[0]!.code,
          );
      }
      assert.deepEqual(found.map(String).toSorted(), [sessionId, "CREDENTIALS_REFUSED", "LOCKED_OUT"].toSorted());
    });
  });
}

/** How a file is named for a key. */
function stemOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 32);
}
