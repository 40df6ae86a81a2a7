import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { build } from "esbuild";
import { startMiniflare, type Miniflare } from "../miniflare.ts";

interface WorkerAnswer {
  readonly result: { readonly mgDl?: number; readonly error?: string };
  readonly events: string[];
  readonly asked: string[];
}

describe("a store on Workers KV, in workerd", () => {
  let workerd: Miniflare;
  before(async () => {
    const { outputFiles } = await build({
      entryPoints: [path.join(import.meta.dirname, "../../stores/worker-program.ts")],
      bundle: true,
      format: "esm",
      platform: "neutral",
      write: false,
      tsconfigRaw: {},
    });
    workerd = startMiniflare({
      modules: true,
      script: outputFiles[0]!.text,
      kvNamespaces: ["SESSIONS"],
      compatibilityDate: "2026-01-01",
    });
  });
  after(() => workerd.dispose());

  const request = async (query = ""): Promise<WorkerAnswer> =>
    (await workerd.dispatchFetch(`http://worker.example/${query}`)).json() as Promise<WorkerAnswer>;

  test("has one login serve many requests, and one refusal too", async () => {
    const first = await request();
    assert.ok(first.result.mgDl! > 0);
    assert.deepEqual(first.events, ["login"]);
    for (let i = 0; i < 3; i++) assert.deepEqual((await request()).events, []);

    const kv = await workerd.getKVNamespace("SESSIONS");
    const { keys } = await kv.list();
    assert.equal(keys.length, 1);
    assert.match(keys[0]!.name, /^dexcom-share:/);
    const hoursLeft = (keys[0]!.expiration * 1000 - Date.now()) / 3_600_000;
    assert.ok(hoursLeft > 22.9 && hoursLeft <= 23.01, `${hoursLeft} h left`);

    assert.deepEqual((await request("?password=wrong")).events, ["refused"]);
    const { result, events, asked } = await request("?password=wrong");
    assert.match(result.error!, /^AccountError/);
    assert.deepEqual(events, []);
    assert.deepEqual(
      asked.filter((operation) => operation !== "ReadPublisherLatestGlucoseValues"),
      ["AuthenticatePublisherAccount", "LoginPublisherAccountById", "AuthenticatePublisherAccount"],
    );
  });
});
