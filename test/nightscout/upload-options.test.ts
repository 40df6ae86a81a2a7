import assert from "node:assert/strict";
import { test } from "node:test";
import { ArgumentError } from "../../src/errors.ts";
import { NightscoutUploader } from "../../src/nightscout/uploader.ts";
import { ago, makeBench, SECRET, URL_OF_SITE } from "./bench.ts";

const GET = "GET /api/v1/entries.json 200";
const POST = "POST /api/v1/entries.json 200";

for (const [points, message] of [
  [undefined, "points must be a list of readings"],
  [[ago(5), null], "points[1] must be a reading"],
  [[{ ...ago(5), mgDl: "100" }], "points[0].mgDl must be a whole number from 0 to 1000"],
] as const) {
  test(`an invalid list is an error before any request: ${message}`, async () => {
    const bench = makeBench();
    await assert.rejects(bench.uploader.upload(points as never), new ArgumentError(message));
    assert.deepEqual([bench.requests(), bench.events], [[], []]);
  });
}

const ADDRESS = "url must be https (or http on loopback), without credentials, query or fragment";
const NEAR = "url must be https (or http on loopback or in the local network), without credentials, query or fragment";

for (const [options, message] of [
  [{ url: "http://nightscout.example" }, ADDRESS],
  [{ url: "https://someone:made-up-secret-1@nightscout.example" }, ADDRESS],
  [{ url: "https://nightscout.example?token=made-up-secret-1" }, ADDRESS],
  [{ url: undefined }, ADDRESS],
  [{ secret: undefined }, "Give either secret or token"],
  [{ token: "admin-1" }, "Give either secret or token"],
  [{ secret: "too-short" }, "secret must be a string of 12 characters or more"],
  [{ secret: undefined, token: "made up secret" }, "token must be a non-empty string without spaces"],
  [{ url: "http://192.168.1.20" }, ADDRESS],
  [{ url: "http://8.8.8.8", allowLocalHttp: true }, NEAR],
  [{ url: "http://172.32.0.1", allowLocalHttp: true }, NEAR],
  [{ url: "http://10.0.0.1.example", allowLocalHttp: true }, NEAR],
  [{ url: "http://clock", allowLocalHttp: true }, NEAR],
  [{ allowLocalHttp: "yes" }, "allowLocalHttp must be true or false"],
  [{ batchSize: 289 }, "batchSize must be a whole number from 1 to 288"],
  [{ batchSise: 9 }, "options has no batchSise; did you mean batchSize?"],
  [{ device: "" }, "device must be a non-empty string"],
  [{ retry: { retries: -1 } }, "retry.retries must be a whole number, 0 or more"],
  [{ clock: {} }, "clock must have the methods now,sleep"],
] as const) {
  test(`an option is checked when it is given: ${message}`, () => {
    const all = { url: URL_OF_SITE, secret: SECRET, ...options };
    assert.throws(() => new NightscoutUploader(all as never), new ArgumentError(message));
  });
}

for (const url of [URL_OF_SITE, `${URL_OF_SITE}/`, `${URL_OF_SITE}/api/v1`, new URL(`${URL_OF_SITE}/api/v1/`)]) {
  test(`the address ${String(url)} is that of the site`, async () => {
    const bench = makeBench({ url });
    await bench.run(bench.uploader.upload([ago(5)]));
    assert.deepEqual(bench.requests(), [GET, POST]);
  });
}

for (const url of [
  "http://192.168.1.20",
  "http://10.0.0.7:8080",
  "http://172.31.0.1",
  "http://clock.local",
  "http://[fd00::7]",
]) {
  test(`with allowLocalHttp a clock at ${url} is fed`, async () => {
    const bench = makeBench({ url, allowLocalHttp: true, batchSize: 9 });
    await bench.run(bench.uploader.upload([ago(5)]));
    assert.deepEqual(bench.requests(), [GET, POST]);
  });
}
