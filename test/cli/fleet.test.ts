import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Redis } from "ioredis";
import { systemClock } from "../../src/clock.ts";
import { Interruption } from "../../src/cli/io.ts";
import { freePort, noRedis, startRedis, type RedisServer } from "../stores/redis-server.ts";
import { runHere } from "./harness.ts";

describe("fleet --simulate", { skip: noRedis }, () => {
  let server: RedisServer | undefined;
  before(async () => {
    server = await startRedis();
  });
  after(() => server?.stop());

  test("shows accounts at work until Ctrl-C, then removes its own keys from Redis", async (t) => {
    const redis = new Redis(server!.port, "127.0.0.1");
    t.after(() => redis.disconnect());
    const others = ["dexcom-fleet-demo", "dexcom-fleet-demo:accounts", "dexcom-fleet-demo-0:us:meta", "else"];
    for (const key of others) await redis.set(key, "of somebody else");
    const during = new Set<string>();
    const interrupted = new AbortController();
    const { exitCode, stdout, stderr } = await runHere(
      ["fleet", "--simulate", "--accounts", "5", "--speed", "60", "--redis", server!.url],
      {
        clock: systemClock,
        signal: interrupted.signal,
        terminal: { columns: 80, rows: 24 },
        onOutput: ({ stdout: text }) => {
          void redis.keys("*").then((keys) => keys.forEach((key) => during.add(key)));
          if (/^readings +[1-9]/m.test(text) && /^logins +5$/m.test(text)) interrupted.abort(new Interruption(2));
        },
      },
    );
    assert.deepEqual([exitCode, stderr], [0, "Ending the polls under way…\n"]);
    assert.match(stdout, /^accounts +5\ndue +\d+\nlate +\d+\nparked +0\nreadings +\d+ \([\d.]+ a minute\)\n/);
    // The second table takes the place of the first.
    // eslint-disable-next-line no-control-regex -- that is what a terminal is told
    assert.match(stdout, /\n\u001B\[10A\u001B\[Jaccounts +5\n/);
    assert.ok(during.size > others.length + 5, [...during].join());
    assert.deepEqual((await redis.keys("*")).toSorted(), others.toSorted());
  });

  test("says that no Redis responds", async () => {
    const port = await freePort();
    const url = `redis://user:canary-secret@127.0.0.1:${port}`;
    const { exitCode, stderr } = await runHere(["fleet", "--simulate", "--redis", url]);
    assert.deepEqual([exitCode, stderr], [1, `dexcom-share-ts: No Redis responds at 127.0.0.1:${port}.\n`]);
  });

  const usages: [argv: string[], message: string][] = [
    [[], "fleet needs --simulate: your own fleet is a program of yours"],
    [["--simulate", "--redis", "http://canary"], "--redis must be an address such as redis://127.0.0.1:6379"],
  ];
  for (const [argv, message] of usages) {
    test(`explains its usage: ${argv.join(" ") || "without options"}`, async () => {
      const { exitCode, stderr } = await runHere(["fleet", ...argv]);
      assert.deepEqual([exitCode, stderr], [2, `dexcom-share-ts: ${message}\n`]);
    });
  }
});
