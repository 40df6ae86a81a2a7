import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../src/index.ts";
import { ShareSimulator, type AccountOptions, type ShareSimulatorOptions } from "../../src/simulator/index.ts";
import { runHere, withoutColour, type Ran, type World } from "./harness.ts";
import { fixedClock, NOW } from "./moment.ts";

const ACCOUNT = {
  username: "canary-name@example.com",
  password: "canary-password",
  accountId: "ca4a2700-9999-9999-9999-999999999999",
};
const ENV = { DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_PASSWORD: ACCOUNT.password };
const HOURS = 3_600_000;
const LOGINS = ["AuthenticatePublisherAccount", "LoginPublisherAccountById"];
const READ = "ReadPublisherLatestGlucoseValues";

function simulate(account: Partial<AccountOptions> = {}, options: Partial<ShareSimulatorOptions> = {}): ShareSimulator {
  const readings = [1, 6, 11].map((ago) => ({ datetime: NOW - ago * 60_000, mgDl: 187 }));
  return new ShareSimulator({ accounts: [{ ...ACCOUNT, readings, ...account }], clock: fixedClock, ...options });
}

interface Report {
  readonly ok: boolean;
  readonly failedStep: string | null;
  readonly exitCode: number;
  readonly steps: readonly {
    readonly name: string;
    readonly status: string;
    readonly summary: string;
    readonly advice?: readonly string[];
    readonly details?: Record<string, unknown>;
  }[];
}

/** No name, no id, no password, no figure, no host of one's own, and nothing of any of them. */
function assertPublic({ stdout, stderr }: Ran): void {
  for (const secret of [/canary/i, /ca4a2700/, /[\da-f]{8}-[\da-f]{4}/i, /187/, /10\.4/, /my\.own\.host/]) {
    assert.doesNotMatch(stdout + stderr, secret);
  }
}

/** Posts that held the password: of a refused login the first, of an accepted one by user name two. */
function loginPosts(simulator: ShareSimulator): string[] {
  return simulator.requests.map(({ operation }) => String(operation)).filter((name) => LOGINS.includes(name));
}

async function diagnose(world: World, ...argv: string[]): Promise<Ran & { report: Report }> {
  const text = await runHere(["doctor", ...argv], { env: ENV, ...world });
  assertPublic(text);
  const json = await runHere(["doctor", "--json", ...argv], { env: ENV, ...world });
  assertPublic(json);
  const report = JSON.parse(json.stdout) as Report;
  assert.equal(report.exitCode, json.exitCode);
  assert.equal(text.exitCode, json.exitCode);
  assert.match(
    text.stdout,
    report.failedStep === null ? /All is well/ : new RegExp(`^failed   ${report.failedStep} `, "m"),
  );
  return { ...text, report };
}

const asked = (clockOff: number): Clock => ({ ...fixedClock, now: () => NOW + clockOff });
const failing: typeof fetch = () =>
  Promise.reject(
    new TypeError("fetch failed", {
      cause: Object.assign(new Error("getaddrinfo my.own.host"), { code: "ENOTFOUND" }),
    }),
  );

interface Case {
  readonly simulator?: () => ShareSimulator;
  readonly world?: (simulator: ShareSimulator) => World;
  readonly failedStep: string | null;
  readonly exitCode: number;
  /** What the step that failed says, or its advice. */
  readonly says?: RegExp;
  readonly logins: readonly string[];
  readonly statuses: string;
}

const ALL_GOOD = "ok ok ok ok ok ok ok ok";

const CASES: Record<string, Case> = {
  "a good account": { failedStep: null, exitCode: 0, logins: LOGINS, statuses: ALL_GOOD },
  "a good account by its id": {
    world: () => ({ env: { DEXCOM_ACCOUNT_ID: ACCOUNT.accountId, DEXCOM_PASSWORD: ACCOUNT.password } }),
    failedStep: null,
    exitCode: 0,
    logins: LOGINS.slice(1),
    statuses: ALL_GOOD,
  },
  "a wrong password": {
    simulator: () => simulate({ password: "another" }),
    failedStep: "login",
    exitCode: 14,
    says: /wrong password.*region.*publisher.*follower.*user name in place of the email/s,
    logins: LOGINS.slice(0, 1),
    statuses: "ok ok ok ok ok failed skipped skipped",
  },
  "a wrong account id": {
    world: () => ({
      env: { DEXCOM_ACCOUNT_ID: "99999999-0000-9999-9999-999999999999", DEXCOM_PASSWORD: ACCOUNT.password },
    }),
    failedStep: "login",
    exitCode: 14,
    says: /user name in place of the account id/,
    logins: LOGINS.slice(1),
    statuses: "ok ok ok ok ok failed skipped skipped",
  },
  "the wrong region": {
    simulator: () => simulate({ region: "jp" }),
    failedStep: "login",
    exitCode: 14,
    says: /wrong region.*The region is us.*--try-regions/s,
    logins: LOGINS.slice(0, 1),
    statuses: "ok ok ok ok ok failed skipped skipped",
  },
  "a lock-out": {
    simulator: () => {
      const simulator = simulate();
      simulator.lockOut(ACCOUNT.username);
      return simulator;
    },
    failedStep: "login",
    exitCode: 14,
    says: /locked.*Wait ten minutes/s,
    logins: LOGINS.slice(0, 1),
    statuses: "ok ok ok ok ok failed skipped skipped",
  },
  "no network": {
    world: () => ({ fetch: failing }),
    failedStep: "service",
    exitCode: 11,
    says: /No response from share2.dexcom.com \(ENOTFOUND\) \(NETWORK_FAILED, TypeError Error ENOTFOUND\).*Check the internet connection/s,
    logins: [],
    statuses: "ok ok failed skipped ok skipped skipped skipped",
  },
  "503 for ever": {
    simulator: () => {
      const simulator = simulate();
      simulator.inject({ status: 503 });
      return simulator;
    },
    failedStep: "service",
    exitCode: 11,
    says: /HTTP 503/,
    logins: [],
    statuses: "ok ok failed skipped ok skipped skipped skipped",
  },
  "503 for logins alone": {
    simulator: () => {
      const simulator = simulate();
      simulator.inject({ operation: "LoginPublisherAccountById", status: 503 });
      return simulator;
    },
    failedStep: "login",
    exitCode: 14,
    says: /HTTP 503/,
    logins: LOGINS,
    statuses: "ok ok ok ok ok failed skipped skipped",
  },
  "503 for reads alone": {
    simulator: () => {
      const simulator = simulate();
      simulator.inject({ operation: READ, status: 503 });
      return simulator;
    },
    failedStep: "readings",
    exitCode: 15,
    says: /HTTP 503/,
    logins: LOGINS,
    statuses: "ok ok ok ok ok ok failed skipped",
  },
  "an HTML page": {
    simulator: () => {
      const simulator = simulate();
      simulator.inject({
        body: "\n<!DOCTYPE html><title>Sign in to canary-name@example.com</title>",
        headers: { "content-type": "text/html" },
      });
      return simulator;
    },
    failedStep: "service",
    exitCode: 11,
    says: /A web page came in place of data.*HTTP 200/,
    logins: [],
    statuses: "ok ok failed skipped ok skipped skipped skipped",
  },
  "a session that is refused as soon as it is given": {
    simulator: () => {
      const simulator = simulate();
      simulator.inject({ operation: READ, code: "SessionNotValid" });
      return simulator;
    },
    failedStep: "readings",
    exitCode: 15,
    says: /refused the session that it had just given/,
    logins: LOGINS,
    statuses: "ok ok ok ok ok ok failed skipped",
  },
  "a clock three hours ahead": {
    world: () => ({ clock: asked(3 * HOURS) }),
    failedStep: "clock",
    exitCode: 12,
    says: /this machine is 3 h ahead of the service.*Set this machine's clock/s,
    logins: LOGINS,
    statuses: "ok ok ok failed ok ok ok ok",
  },
  "a clock three hours behind": {
    world: () => ({ clock: asked(-3 * HOURS) }),
    failedStep: "clock",
    exitCode: 12,
    says: /this machine is 3 h behind the service/,
    logins: LOGINS,
    statuses: "ok ok ok failed ok ok ok ok",
  },
  "no follower": {
    simulator: () => simulate({ followers: [] }),
    failedStep: "readings",
    exitCode: 15,
    says: /none in the last 24 hours.*at least one follower/s,
    logins: LOGINS,
    statuses: "ok ok ok ok ok ok failed skipped",
  },
  "stale readings": {
    simulator: () => simulate({ readings: [{ datetime: NOW - 3 * HOURS, mgDl: 187 }] }),
    failedStep: "age",
    exitCode: 16,
    says: /the newest is 3 h old.*phone/s,
    logins: LOGINS,
    statuses: "ok ok ok ok ok ok ok failed",
  },
  "no credentials": {
    world: () => ({ env: {} }),
    failedStep: "credentials",
    exitCode: 10,
    says: /DEXCOM_USERNAME \(or DEXCOM_ACCOUNT_ID\) and DEXCOM_PASSWORD not set/,
    logins: [],
    statuses: "ok failed ok ok ok skipped skipped skipped",
  },
};

for (const [
  name,
  { simulator: make = simulate, world, failedStep, exitCode, says, logins, statuses },
] of Object.entries(CASES)) {
  test(`${name}: ${failedStep === null ? "all is well" : `the step that failed is ${failedStep}`}`, async () => {
    // Text and JSON are two runs, so each gets a service of its own.
    const simulators = [make(), make()];
    const runs = [...simulators];
    const send: typeof fetch = (input, init) => {
      const body = JSON.stringify(input) + String(init?.method);
      if (body.includes("SystemUtcTime")) current = runs.shift() ?? current;
      return current!.fetch(input, init);
    };
    let current: ShareSimulator | undefined;
    const { report } = await diagnose({ fetch: send, ...world?.(simulators[0]!) });
    assert.equal(report.failedStep, failedStep);
    assert.equal(report.ok, failedStep === null);
    assert.equal(report.exitCode, exitCode);
    assert.equal(report.steps.map(({ status }) => status).join(" "), statuses);
    assert.deepEqual(
      report.steps.map(({ name: step }) => step),
      ["versions", "credentials", "service", "clock", "cache", "login", "readings", "age"],
    );
    const failed = report.steps.find(({ status }) => status === "failed");
    if (says) assert.match([failed?.summary, ...(failed?.advice ?? [])].join("\n"), says);
    for (const simulator of simulators) {
      assert.deepEqual(loginPosts(simulator), logins);
      assert.ok(simulator.requests.length <= 4, "not bounded");
    }
  });
}

test("the age is judged by the service's clock, not by one that is wrong", async () => {
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

test("a service that never answers is given up", async () => {
  const { VirtualClock } = await import("../../src/simulator/index.ts");
  const clock = new VirtualClock(NOW);
  const simulator = simulate({}, { clock });
  simulator.inject({ delayMs: Infinity });
  const ran = await clock.runUntil(runHere(["doctor"], { env: ENV, clock, fetch: simulator.fetch }));
  assert.equal(ran.exitCode, 11);
  assert.match(ran.stdout, /No response from share2\.dexcom\.com within 10000 ms/);
});

test("the form of the credentials is told, and nothing of their text", async () => {
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

test("a base URL of one's own is not told", async () => {
  const simulator = simulate();
  const ran = await diagnose({ fetch: simulator.fetch }, "--base-url", "https://my.own.host/canary");
  assert.equal(ran.exitCode, 0);
  assert.match(ran.stdout, /a base URL of your own/);
  assert.ok(simulator.requests.every(({ origin }) => origin === "https://my.own.host"));
});

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

test("--try-regions goes on past a region that does not answer, and takes a failed read for what it is", async () => {
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

test("--try-regions asks nothing where the login is accepted, or the account locked", async () => {
  const locked = simulate();
  locked.lockOut(ACCOUNT.username);
  for (const simulator of [simulate(), locked]) {
    const ran = await runHere(["doctor", "--try-regions"], { env: ENV, fetch: simulator.fetch, answers: [] });
    assert.doesNotMatch(ran.stdout, /regions {2}/);
    assert.deepEqual(regionsAsked(simulator), [US]);
  }
});
