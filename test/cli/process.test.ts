import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { assertStored, withoutColour } from "./harness.ts";
import { hasTerminal, runOnPipe, runOnTerminal, SAME, start, startOnTerminal, type Running } from "./terminal.ts";

const MAIN = path.join(import.meta.dirname, "../../src/cli/main.ts");
const WIDTHS = [60, 100];
/** The made-up day of this seed and name has LOW, HIGH and gaps. */
const SEED = "91";
const USERNAME = "us@example.com";
const PASSWORD = "pass word'1";

describe("against a simulator process", () => {
  let server: Running;
  let url: string;
  const env = { DEXCOM_USERNAME: USERNAME, DEXCOM_PASSWORD: PASSWORD };

  before(async () => {
    server = start(["simulate", "--seed", SEED, "--username", USERNAME, "--password", PASSWORD]);
    url = await server.says(/simulated, at (http:\/\/127\.0\.0\.1:\d+) /);
  });
  after(async () => {
    server.child.kill("SIGINT");
    const { exitCode, stderr } = await server.ended();
    assert.deepEqual([exitCode, stderr], [0, ""], "Ctrl-C is how a simulator is meant to end");
  });

  for (const [name, command] of [
    ["current", "current"],
    ["latest", "latest --unit mmol/L"],
    ["readings", "readings --minutes 30"],
    ["readings-csv", "readings --csv --count 5"],
    ["current-json", "current --json"],
  ] as const) {
    test(`${command}: on a pipe and on a terminal the same, in colour there`, async () => {
      const argv = [...command.split(" "), "--base-url", url];
      const [piped, shown] = await Promise.all([
        runOnPipe(argv, env),
        hasTerminal ? runOnTerminal(argv, env, 100) : undefined,
      ]);
      assert.deepEqual([piped.exitCode, piped.stderr], [0, ""]);
      assertStored(name, piped.stdout);
      if (shown === undefined) return;
      assert.equal(shown.exitCode, 0);
      assert.equal(withoutColour(shown.stdout), piped.stdout);
      assert.equal(shown.stdout === piped.stdout, !["current", "latest"].includes(name));
    });
  }

  for (const width of WIDTHS) {
    test(`chart: the picture of ${width} columns is the stored one, on a pipe and on a terminal`, async () => {
      const argv = ["chart", "--base-url", url];
      const [piped, shown, plain] = await Promise.all([
        runOnPipe(argv, { ...env, COLUMNS: String(width), LINES: "20" }),
        hasTerminal ? runOnTerminal(argv, env, width) : undefined,
        hasTerminal ? runOnTerminal(argv, { ...env, NO_COLOR: "1" }, width) : undefined,
      ]);
      assert.deepEqual([piped.exitCode, piped.stderr], [0, ""]);
      assertStored(`chart-${width}`, piped.stdout);
      if (shown === undefined || plain === undefined) return;
      assertStored(`chart-${width}-colour`, shown.stdout);
      assert.equal(withoutColour(shown.stdout).replace(/ +$/gm, ""), piped.stdout);
      assert.equal(plain.stdout, piped.stdout);
    });
  }

  test("doctor: all is well, in text and in JSON", async () => {
    const [text, json] = await Promise.all([
      hasTerminal
        ? runOnTerminal(["doctor", "--base-url", url], env, 100)
        : runOnPipe(["doctor", "--base-url", url], env),
      runOnPipe(["doctor", "--json", "--base-url", url], env),
    ]);
    assert.deepEqual([text.exitCode, json.exitCode, json.stderr], [0, 0, ""]);
    assert.match(text.stdout, /All is well/);
    assert.equal((JSON.parse(json.stdout) as { ok: boolean }).ok, true);
    for (const secret of [USERNAME, PASSWORD, url]) assert.ok(!(text.stdout + json.stdout).includes(secret));
  });

  test("doctor: a wrong password exits with the step's own code", async () => {
    const { exitCode, stdout } = await runOnPipe(["doctor", "--base-url", url], {
      ...env,
      DEXCOM_USERNAME: "jp@example.com",
      DEXCOM_PASSWORD: "wrong",
    });
    assert.equal(exitCode, 14);
    assert.match(stdout, /^failed {3}login/m);
  });

  test(
    "what it prints to be typed works as it stands, step by step",
    { skip: spawnSync("curl", ["--version"]).error && "no curl" },
    () => {
      const lines = server.output.split("\n").filter((line) => /^ {2}(curl|ACCOUNT|SESSION)/.test(line));
      assert.equal(lines.length, 5);
      const { stdout, stderr } = spawnSync("sh", ["-ec", lines.join("\necho\n")], {
        encoding: "utf8",
        timeout: 10_000,
      });
      assert.match(stdout, /^All lock-outs are lifted\.\n\n\{"DateTime".*\n\n\n\[\{"WT":"Date\(\d+\)".*\}\]$/s, stderr);
    },
  );

  test("a reader that stops reading is no failure", async () => {
    const running = start(["readings", "--base-url", url], env);
    running.child.stdout!.destroy();
    const { exitCode, stderr } = await running.ended();
    assert.deepEqual([exitCode, stderr], [0, ""]);
  });

  describe("asked on a terminal", { skip: !hasTerminal && "no script of util-linux" }, () => {
    const asks = (argv: string[] = [], more: Record<string, string> = {}): Running =>
      startOnTerminal([...argv, "--base-url", url], more, 80);

    test("the user name is shown as it is typed, the password is not", async () => {
      const running = asks();
      await running.says(/User name.*: /);
      running.types(`${USERNAME}\r`);
      await running.says(/Password: $/);
      running.types(`${PASSWORD}\r`);
      const { exitCode, stdout } = await running.ended();
      assert.equal(exitCode, 0);
      assert.match(stdout, /116 mg\/dL/);
      assert.ok(stdout.includes(USERNAME));
      assert.ok(!stdout.includes("pass") && !stdout.includes("*"), stdout);
      assert.ok(stdout.includes(SAME));
    });

    test("there is no prompt for what the environment has, and a typing error can be corrected", async () => {
      const running = asks(["latest"], { DEXCOM_USERNAME: USERNAME });
      await running.says(/Password: $/);
      running.types(`${PASSWORD}xy\u007f\u007f\r`);
      const { exitCode, stdout } = await running.ended();
      assert.equal(exitCode, 0, stdout);
      assert.doesNotMatch(stdout, /User name/);
    });

    for (const [name, key] of [
      ["Ctrl-C", "\u0003"],
      ["Ctrl-D", "\u0004"],
    ] as const) {
      test(`${name} at the password leaves the terminal as it was`, async () => {
        const running = asks(["chart"], { DEXCOM_USERNAME: USERNAME });
        await running.says(/Password: $/);
        running.types("half a pass");
        running.types(name === "Ctrl-D" ? `\u0015${key}` : key);
        const { exitCode, stdout } = await running.ended();
        assert.equal(exitCode, 130);
        assert.ok(stdout.includes(SAME), stdout);
        assert.doesNotMatch(stdout, /half/);
      });
    }
  });
});

describe("interrupted", () => {
  test(
    "Ctrl-C ends a wait for the service at once, and leaves the terminal as it was",
    { skip: !hasTerminal && "no script of util-linux" },
    async () => {
      let asked = (): void => undefined;
      const isAsked = new Promise<void>((resolve) => (asked = resolve));
      const silent = createServer(asked);
      await new Promise<void>((resolve) => void silent.listen(0, "127.0.0.1", resolve));
      try {
        const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
        const running = startOnTerminal(
          ["--base-url", url],
          { DEXCOM_USERNAME: USERNAME, DEXCOM_PASSWORD: PASSWORD },
          80,
        );
        await isAsked;
        const pressedAt = performance.now();
        running.types("\u0003");
        const { exitCode, stdout } = await running.ended();
        assert.equal(exitCode, 130);
        // A call ends after 30 s. Starting and ending a process takes seconds on a busy machine.
        assert.ok(performance.now() - pressedAt < 20_000, "it waited for the login, which nobody wants any more");
        assert.ok(stdout.includes(SAME));
      } finally {
        silent.closeAllConnections();
        silent.close();
      }
    },
  );

  test("a simulator closes its port on SIGTERM too", async () => {
    const running = start(["simulate", "--speed", "60", "--region", "jp"]);
    const url = await running.says(/(http:\/\/[\d.:]+)/);
    running.child.kill("SIGTERM");
    assert.equal((await running.ended()).exitCode, 0);
    await assert.rejects(fetch(url));
  });

  test("a port that is taken is a failure", async () => {
    const first = start(["simulate"]);
    const port = await first.says(/http:\/\/127\.0\.0\.1:(\d+)/);
    const second = await runOnPipe(["simulate", "--port", port]);
    assert.equal(second.exitCode, 1);
    assert.match(second.stderr, /EADDRINUSE/);
    first.child.kill("SIGINT");
    await first.ended();
  });
});

test("the program of the package itself runs", () => {
  const { status, stdout } = spawnSync(process.execPath, [MAIN, "chart", "--simulate"], {
    encoding: "utf8",
    timeout: 20_000,
  });
  assert.equal(status, 0);
  // It may be LOW or HIGH just now, which comes with the figure in brackets.
  assert.match(stdout, / mg\/dL\)? .*last 24 h, UTC[-+]\d\d:\d\d\n(.*\n){16}/);
});
