import assert from "node:assert/strict";
import { test } from "node:test";
import { ShareSimulator } from "../../src/simulator/index.ts";
import { runHere, withoutColour, type World } from "./harness.ts";
import { ACCOUNT, assertPublic, ENV, LOGINS, READ, simulate } from "./diagnosis.ts";

/** Answers the question about the other regions. */
const asking = (simulator: ShareSimulator, answer: string): World => ({
  env: ENV,
  fetch: simulator.fetch,
  answers: [[/once to \w+\? Each refusal may count towards a lock-out\. \[y\/N\] $/, answer]],
});

/** The regions that saw a login, one for each post. */
const regionsAsked = (simulator: ShareSimulator): string[] =>
  simulator.requests.filter(({ operation }) => operation === LOGINS[0]).map(({ origin }) => origin);

const [US, OUS, JP] = ["https://share2.dexcom.com", "https://shareous1.dexcom.com", "https://share.dexcom.jp"];

test("--try-regions asks, tries each other region once, and names the one that knows the login", async () => {
  for (const [region, origins, found] of [
    ["ous", [US, OUS], "ous accepted"],
    ["jp", [US, OUS, JP], "ous refused, jp accepted"],
  ] as const) {
    const simulator = simulate({ region });
    const ran = await runHere(["doctor", "--try-regions"], asking(simulator, "y\n"));
    assertPublic(ran);
    assert.match(
      withoutColour(ran.stdout),
      new RegExp(`^ok       regions      ${found}\n +- Set DEXCOM_REGION=${region}`, "m"),
    );
    assert.equal(ran.exitCode, 14);
    assert.deepEqual(regionsAsked(simulator), origins);
  }
});

test("--try-regions says when no region knows the login", async () => {
  const simulator = simulate({ password: "another" }, { lockOutAfter: 10 });
  const ran = await runHere(["doctor", "--try-regions"], asking(simulator, "yes\n"));
  assert.match(
    withoutColour(ran.stdout),
    /^warning {2}regions {6}ous refused, jp refused\n +- No region that was asked knows this login/m,
  );
  assert.deepEqual(regionsAsked(simulator), [US, OUS, JP]);
});

test("--try-regions stops at a lock-out", async () => {
  const simulator = simulate({ password: "another" });
  simulator.inject({ when: ({ origin }) => origin === OUS, code: "SSO_AuthenticateMaxAttemptsExceeded" });
  const ran = await runHere(["doctor", "--try-regions"], asking(simulator, "y\n"));
  assert.match(withoutColour(ran.stdout), /regions {6}ous locked\n/);
  assert.deepEqual(regionsAsked(simulator), [US, OUS]);
});

test("--try-regions continues after a region that does not respond, and reports a failed read", async () => {
  const simulator = simulate({ region: "jp" });
  simulator.inject({ when: ({ origin }) => origin === OUS, drop: "before-headers" });
  simulator.inject({ operation: READ, status: 502 });
  const ran = await runHere(["doctor", "--try-regions"], asking(simulator, "y\n"));
  assert.match(withoutColour(ran.stdout), /regions {6}ous no answer: No response from .*, jp accepted\n/);
});

test("--try-regions tries nothing that nobody agreed to", async () => {
  for (const answer of ["n\n", "\n", "yup\n"]) {
    const simulator = simulate({ region: "jp" });
    const ran = await runHere(["doctor", "--try-regions"], asking(simulator, answer));
    assert.match(withoutColour(ran.stdout), /^skipped {2}regions {6}not wanted/m);
    assert.deepEqual(regionsAsked(simulator), [US]);
  }
  const simulator = simulate({ region: "jp" });
  const ran = await runHere(["doctor", "--try-regions"], { env: ENV, fetch: simulator.fetch });
  assert.match(ran.stdout, /^skipped {2}regions {6}--try-regions asks first, and there is no terminal/m);
  assert.deepEqual(regionsAsked(simulator), [US]);
});

test("--try-regions asks nothing if the login is accepted or the account is locked", async () => {
  const locked = simulate();
  locked.lockOut(ACCOUNT.username);
  for (const simulator of [simulate(), locked]) {
    const ran = await runHere(["doctor", "--try-regions"], { env: ENV, fetch: simulator.fetch, answers: [] });
    assert.doesNotMatch(ran.stdout, /regions {2}/);
    assert.deepEqual(regionsAsked(simulator), [US]);
  }
});
