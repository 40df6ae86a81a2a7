import assert from "node:assert/strict";
import { test } from "node:test";
import { ShareSimulator } from "../../src/simulator/index.ts";
import { type World } from "./harness.ts";
import { NOW } from "./moment.ts";
import { ACCOUNT, asked, diagnose, HOURS, loginPosts, LOGINS, READ, simulate } from "./diagnosis.ts";

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
  "503 in every response": {
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
