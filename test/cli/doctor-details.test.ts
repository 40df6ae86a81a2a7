import assert from "node:assert/strict";
import { test } from "node:test";
import { runHere } from "./harness.ts";
import { NOW } from "./moment.ts";
import { ACCOUNT, asked, assertPublic, diagnose, ENV, HOURS, loginPosts, type Report, simulate } from "./diagnosis.ts";

test("the age is measured by the service's clock, not by a wrong one", async () => {
  const { report } = await diagnose({ fetch: simulate().fetch, clock: asked(3 * HOURS) });
  assert.deepEqual(report.steps.at(-1)?.details, { newestAgeMs: 60_000 });
});

test("the service's time is read from XML and from the Date header too, and its absence is no failure", async () => {
  for (const [body, headers, clock] of [
    ["<DateTimeOffset><DateTime>2026-01-15T19:00:00.1234567Z</DateTime></DateTimeOffset>", {}, "failed"],
    ["<DateTimeOffset><DateTime>2026-01-15T20:00:00Z</DateTime></DateTimeOffset>", {}, "ok"],
    ['{"DateTime":"Date(1768507200000)"}', {}, "ok"],
    ["null", { date: "Thu, 15 Jan 2026 19:00:00 GMT" }, "failed"],
    ["{}", { date: "yesterday" }, "skipped"],
  ] as const) {
    const simulator = simulate();
    simulator.inject({ operation: "SystemUtcTime", body, headers });
    const { report } = await diagnose({ fetch: simulator.fetch });
    assert.equal(report.steps[3]?.status, clock, body);
    assert.equal(report.steps[2]?.status, "ok", body);
  }
});

test("a service that never responds is given up", async () => {
  const { VirtualClock } = await import("../../src/simulator/index.ts");
  const clock = new VirtualClock(NOW);
  const simulator = simulate({}, { clock });
  simulator.inject({ delayMs: Infinity });
  const ran = await clock.runUntil(runHere(["doctor"], { env: ENV, clock, fetch: simulator.fetch }));
  assert.equal(ran.exitCode, 11);
  assert.match(ran.stdout, /No response from share2\.dexcom\.com within 10000 ms/);
});

test("the report has the form of the credentials, and nothing of their text", async () => {
  const word = "canary";
  for (const [env, summary, advice] of [
    [{ DEXCOM_USERNAME: "canary@example.com" }, "an email address, and a password", ""],
    [{ DEXCOM_USERNAME: "canary+1@example.com" }, "an email address, and a password", "with a +"],
    [{ DEXCOM_USERNAME: "canary" }, "a user name, and a password", ""],
    [{ DEXCOM_USERNAME: " canary" }, "a user name, and a password", "begins or ends with white space"],
    [{ DEXCOM_USERNAME: "+15550100" }, "a phone number with +, and a password", ""],
    [{ DEXCOM_USERNAME: "+1 555 0100" }, "a phone number with +, and a password", "without spaces"],
    [{ DEXCOM_USERNAME: "555 0100" }, "digits in place of a user name, and a password", "with + and the country code"],
    [{ DEXCOM_USERNAME: ACCOUNT.accountId }, "an account id in place of a user name, and a password", ""],
    [{ DEXCOM_ACCOUNT_ID: ACCOUNT.accountId }, "an account id, and a password", ""],
    [{ DEXCOM_ACCOUNT_ID: "canary" }, "what is given as the account id is none", "UUID"],
    [
      { DEXCOM_USERNAME: "00000000-0000-0000-0000-000000000000" },
      "what is given as the account id is none",
      "not all zeros",
    ],
    [{ DEXCOM_USERNAME: "  " }, "DEXCOM_USERNAME is blank", "Set it"],
    [
      { DEXCOM_ACCOUNT_ID: ACCOUNT.accountId, DEXCOM_USERNAME: word },
      "both DEXCOM_USERNAME and DEXCOM_ACCOUNT_ID are set",
      "one of the two",
    ],
    [{ DEXCOM_USERNAME: word, DEXCOM_PASSWORD: '"canary"' }, "a user name, and a password", "quotation marks"],
    [
      { DEXCOM_USERNAME: word, DEXCOM_PASSWORD: "canary\n" },
      "a user name, and a password",
      "password begins or ends with white space",
    ],
  ] as [Record<string, string>, string, string][]) {
    const simulator = simulate();
    const ran = await runHere(["doctor", "--json"], { env: { DEXCOM_PASSWORD: word, ...env }, fetch: simulator.fetch });
    assertPublic(ran);
    assert.doesNotMatch(ran.stdout, /555/);
    const step = (JSON.parse(ran.stdout) as Report).steps[1]!;
    assert.equal(step.summary, summary);
    assert.equal(step.advice?.join() ?? "", step.advice?.find((text) => text.includes(advice)) ?? "");
    assert.equal(step.advice === undefined, advice === "", summary);
    assert.ok(loginPosts(simulator).length <= 1);
  }
});

test("a custom base URL is not in the report", async () => {
  const simulator = simulate();
  const ran = await diagnose({ fetch: simulator.fetch }, "--base-url", "https://my.own.host/canary");
  assert.equal(ran.exitCode, 0);
  assert.match(ran.stdout, /a base URL of your own/);
  assert.ok(simulator.requests.every(({ origin }) => origin === "https://my.own.host"));
});
