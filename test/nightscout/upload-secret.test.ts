import assert from "node:assert/strict";
import { test } from "node:test";
import { NightscoutError } from "../../src/nightscout/nightscout-error.ts";
import { ago, makeBench, SECRET, SHA1 } from "./bench.ts";

test("a refused secret is sent once, by all uploaders of one fetch function, and again after its cool-down", async () => {
  const bench = makeBench({ secret: "another-secret-1" });
  const wrong = bench.uploader;
  const fail = async (promise: Promise<unknown>): Promise<NightscoutError> => {
    const error = await bench.run(promise.catch((reason: unknown) => reason));
    assert.ok(error instanceof NightscoutError && error.code === "NIGHTSCOUT_REFUSED", String(error));
    return error;
  };
  const all = await Promise.all([fail(Promise.all([wrong.upload([ago(5)]), wrong.latest(), wrong.verify()]))]);
  assert.deepEqual(
    all.map(({ status, retryAfterMs }) => [status, retryAfterMs]),
    [[401, 600_000]],
  );
  await fail(bench.another({ secret: "another-secret-1" }).upload([ago(5)]));
  assert.equal(bench.requests().length, 1);
  assert.deepEqual(
    bench.events.map(({ type }) => type),
    ["refused"],
  );
  await bench.clock.advance(600_000);
  assert.equal((await fail(wrong.latest())).retryAfterMs, 1_200_000);
  assert.equal((await fail(wrong.latest())).attempts, 0);
  assert.equal(bench.requests().length, 2);
  // The right secret is another credential, and ends the delay of the address.
  assert.equal((await bench.run(bench.another().upload([ago(5)]))).uploaded, 1);
});

test("a secret that the site takes again after a refusal is forgiven", async () => {
  const bench = makeBench();
  await bench.run(bench.uploader.upload([ago(10)]));
  bench.simulator.changeNightscoutSecret("another-secret-1");
  await assert.rejects(bench.run(bench.uploader.upload([ago(5)])), { code: "NIGHTSCOUT_REFUSED" });
  bench.simulator.changeNightscoutSecret(SECRET);
  await assert.rejects(bench.run(bench.uploader.upload([ago(5)])), { code: "NIGHTSCOUT_REFUSED" });
  await bench.clock.advance(600_000);
  assert.equal((await bench.run(bench.uploader.upload([ago(5)]))).uploaded, 1);
  assert.deepEqual(bench.held(), [10, 5]);
});

test("verify() tells what the credentials allow, and stores nothing", async () => {
  const tokens = { "reader-1": "readable", "uploader-1": "uploader", "admin-1": "admin" };
  const bench = makeBench({}, tokens);
  const verify = (token: string): Promise<unknown> => bench.run(bench.another({ token }).verify());
  assert.deepEqual(await bench.run(bench.uploader.verify()), { canRead: true, canWrite: true });
  assert.deepEqual(await verify("reader-1"), { canRead: true, canWrite: false });
  assert.deepEqual(await verify("uploader-1"), { canRead: false, canWrite: false });
  assert.deepEqual(await verify("admin-1"), { canRead: true, canWrite: true });
  await assert.rejects(verify("nobody-1"), { code: "NIGHTSCOUT_REFUSED" });
  assert.deepEqual(bench.held(), []);
});

test("a token uploads as the secret does", async () => {
  const bench = makeBench({}, { "admin-1": "admin" });
  assert.equal((await bench.run(bench.another({ token: "admin-1" }).upload([ago(5)]))).uploaded, 1);
});

test("the secret travels as its digest in a header, never in an address", async () => {
  const seen: string[] = [];
  const { simulator, another, run } = makeBench();
  const listening: typeof fetch = (input, init) => {
    seen.push(`${input as string} ${JSON.stringify(init!.body)}`);
    assert.equal((init!.headers as Record<string, string>)["api-secret"], SHA1);
    return simulator.fetch(input, init);
  };
  const uploader = another({ fetch: listening });
  await run(uploader.upload([ago(5)]));
  await run(uploader.latest());
  await run(uploader.verify());
  assert.equal(seen.length, 4);
  assert.doesNotMatch(seen.join("\n"), new RegExp(`${SECRET}|${SHA1}`));
  assert.doesNotMatch(JSON.stringify([uploader, simulator.requests]), new RegExp(`${SECRET}|${SHA1}`));
});
