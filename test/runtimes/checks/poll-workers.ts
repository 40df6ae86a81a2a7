import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { build } from "esbuild";
import { ENTRIES, ROOT } from "../../support/entries.ts";
import { guidePlugin } from "../guide.ts";
import { startMiniflare, type Miniflare } from "../miniflare.ts";

const GUIDE = "src/poll/README.md";
const ACCOUNT = { DEXCOM_USERNAME: "someone@example.com", DEXCOM_PASSWORD: "secret" };

interface Look {
  readonly state?: { readonly version: number };
  readonly alarm: number | null;
  readonly printed: string[];
}

describe("the poll step on Workers, in workerd", () => {
  let workerd: Miniflare;
  before(async () => {
    const { outputFiles } = await build({
      entryPoints: [path.join(ROOT, "test/poll/worker-program.ts")],
      alias: Object.fromEntries(ENTRIES.map(({ specifier, source }) => [specifier, path.join(ROOT, source)])),
      plugins: [guidePlugin(GUIDE)],
      bundle: true,
      format: "esm",
      platform: "neutral",
      target: "es2022",
      write: false,
      tsconfigRaw: {},
    });
    workerd = startMiniflare({
      modules: true,
      script: outputFiles[0]!.text,
      kvNamespaces: ["SESSIONS", "STATES"],
      durableObjects: { WEARERS: "ShownWearer" },
      bindings: ACCOUNT,
      compatibilityDate: "2026-01-01",
    });
  });
  after(() => workerd.dispose());

  const request = async <T>(place: string): Promise<T> =>
    (await workerd.dispatchFetch(`http://worker.example/${place}`)).json() as Promise<T>;

  test("a cron trigger delivers the latest reading, and sends nothing when it comes early", async () => {
    const first = await request<{ printed: string[]; asked: string[] }>("cron");
    assert.equal(first.printed.length, 1);
    assert.match(first.printed[0]!, /^\S+Z \d+$/);
    const second = await request<{ printed: string[]; asked: string[] }>("cron");
    assert.deepEqual(second, { printed: [], asked: first.asked });
  });

  test("a Durable Object's alarm delivers the latest reading, stores the state, and sets the next alarm", async () => {
    await workerd.dispatchFetch("http://worker.example/follow");
    let look = await request<Look>("look");
    for (let tries = 0; look.state === undefined && tries < 200; tries++) {
      await setTimeout(50);
      look = await request<Look>("look");
    }
    assert.equal(look.state?.version, 1);
    assert.equal(look.printed.length, 1);
    assert.ok(look.alarm! > Date.now() - 60_000, String(look.alarm));
  });
});
