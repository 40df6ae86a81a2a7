import assert from "node:assert/strict";
import { test } from "node:test";
import { runHere } from "./harness.ts";
import { runAgainst, simulate } from "./simulated-account.ts";

test("an interruption ends the command at once, with its own exit code", async () => {
  const { Interruption } = await import("../../src/cli/io.ts");
  const simulator = simulate();
  simulator.inject({ operation: "ReadPublisherLatestGlucoseValues", delayMs: Infinity });
  const interrupted = new AbortController();
  const fetch: typeof simulator.fetch = (input, init) => {
    if ((input as string).includes("/Read")) setImmediate(() => interrupted.abort(new Interruption(15)));
    return simulator.fetch(input, init);
  };
  assert.deepEqual(await runAgainst(simulator, "current", { fetch, signal: interrupted.signal }), {
    exitCode: 143,
    stdout: "",
    stderr: "",
  });
});

test("an interruption during a prompt ends the prompt", async () => {
  const { Interruption } = await import("../../src/cli/io.ts");
  const interrupted = new AbortController();
  const simulator = simulate();
  const ran = await runAgainst(simulator, "current", {
    env: {},
    answers: [],
    signal: interrupted.signal,
    onOutput: ({ stderr }) => {
      if (stderr.includes("User name")) setImmediate(() => interrupted.abort(new Interruption(15)));
    },
  });
  assert.equal(ran.exitCode, 143);
  assert.match(ran.stderr, /User name/);
  assert.equal(simulator.requests.length, 0);
});

test("a simulator listens until it is interrupted, and no longer", async () => {
  const { Interruption } = await import("../../src/cli/io.ts");
  const interrupted = new AbortController();
  const ran = await runHere(["simulate", "--region", "ous", "--username", "it's", "--seed", "3"], {
    signal: interrupted.signal,
    onOutput: ({ stdout }) => {
      if (stdout.includes("jp@example.com") && stdout.includes("http://"))
        setImmediate(() => interrupted.abort(new Interruption(2)));
    },
  });
  assert.deepEqual([ran.exitCode, ran.stderr], [0, ""]);
  for (const [name, region] of [
    ["us@example.com", "us"],
    ["it's", "ous"],
    ["jp@example.com", "jp"],
  ]) {
    assert.match(ran.stdout, new RegExp(`^ +${name!} +simulated +${region!}$`, "m"));
  }
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(ran.stdout)!;
  await assert.rejects(fetch(url));
});
