import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkCredentials } from "../../src/cli/doctor/credentials-form.ts";
import { ShareSimulator } from "../../src/simulator/index.ts";
import { runHere } from "./harness.ts";
import { fixedClock, NOW } from "./moment.ts";

const ACCOUNT = { username: "canary-name@example.com", password: "canary-password" };
const ENV = { DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_PASSWORD: ACCOUNT.password };

function simulate(followers: readonly string[] = ["Follower"]): ShareSimulator {
  const readings = [{ datetime: new Date(NOW - 180_000), mgDl: 132 }];
  return new ShareSimulator({ accounts: [{ ...ACCOUNT, readings, followers }], clock: fixedClock });
}

describe("a paste that holds the user name and the password", () => {
  const { username, password } = ACCOUNT;
  for (const [name, keys] of [
    ["LF", `${username}\n${password}\n`],
    ["CR", `${username}\r${password}\r`],
    ["CR LF", `${username}\r\n${password}\r\n`],
    ["bracketed paste", `\u001b[200~${username}\n${password}\u001b[201~\n`],
    ["bracketed paste with CR", `\u001b[200~${username}\r${password}\r\u001b[201~`],
    ["more lines than questions", `${username}\n${password}\n${password}\n${password}`],
  ] as const) {
    test(`logs in and shows the name alone: ${name}`, async () => {
      const simulator = simulate();
      const ran = await runHere([], {
        fetch: simulator.fetch,
        env: { NO_COLOR: "1" },
        answers: [[/User name.*: $/, keys]],
      });
      assert.ok(!ran.stderr.includes("canary-p"), JSON.stringify(ran.stderr));
      assert.equal(ran.exitCode, 0, ran.stderr);
      assert.match(ran.stderr, /canary-name@example\.com/);
      assert.match(ran.stderr, /Password: /);
      assert.match(ran.stdout, /^132 mg\/dL/);
    });
  }
});

describe("a mistyped option that holds a password", () => {
  for (const argument of [
    "-pcanary",
    "-p canary",
    "--password=canary",
    "--pass'word=canary'",
    "--passwordcanary",
    "--pass word=canary",
    "--password\ncanary",
    "-p=canary' is invalid. canary",
    "canary",
    "--minutes=canary",
    "--unit=canary' is invalid. canary",
    "--region=canary",
    "--base-url=canary",
    "--base-url=https://user:canary@example.com",
  ]) {
    for (const subcommand of [[], ["readings"], ["chart"], ["simulate"], ["followers"]]) {
      // The password of a made-up account is an option there.
      if (subcommand[0] === "simulate" && argument.startsWith("--password=")) continue;
      test(`${[...subcommand, argument].join(" ").replace("\n", "\\n")} is refused without an echo`, async () => {
        const ran = await runHere([...subcommand, ...argument.split(/ (?=canary$)/)], { env: ENV });
        assert.equal(ran.exitCode, 2, ran.stdout + ran.stderr);
        assert.doesNotMatch(ran.stdout + ran.stderr, /canary/);
        assert.match(ran.stderr, /^dexcom-share-ts: /);
      });
    }
  }
});

describe("control characters of the service", () => {
  const name = "Eve\u009b2J\u202e\u2028\u{e0001}\u007f\u001b[2J";

  test("reach no terminal from `followers --json`, and parse back to the original", async () => {
    const { stdout } = await runHere(["followers", "--json"], { env: ENV, fetch: simulate([name]).fetch });
    assert.doesNotMatch(stdout.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert.equal((JSON.parse(stdout) as { contactName: string }[])[0]!.contactName, name);
  });
});

test("a user name of any length is looked at in no time", () => {
  for (const username of ["+".repeat(200_000), `${"+".repeat(200_000)}@`, ` ${"+1 ".repeat(70_000)}x`]) {
    const before = process.cpuUsage();
    checkCredentials({ username, password: "secret" });
    const { user } = process.cpuUsage(before);
    // Quadratic, it took half a minute.
    assert.ok(user < 2_000_000, `${String(user / 1000)} ms of processor time`);
  }
});
