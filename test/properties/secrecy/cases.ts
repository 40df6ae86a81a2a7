import { STEPS, type Fault, type Step } from "../faults/fault.ts";
import { PASSWORD, SESSION_PREFIX } from "../faults/faulty-service.ts";
import { FAULTS } from "../faults/table.ts";
import { SecretSearch } from "../../support/secret-search.ts";

export const SECRETS: SecretSearch = new SecretSearch("canary", SESSION_PREFIX, PASSWORD);

export interface Case {
  readonly step: Step;
  readonly fault: Fault;
  readonly isOnce: boolean;
}

const CASES: readonly Case[] = FAULTS.flatMap((fault) =>
  STEPS.flatMap((step) => [false, true].map((isOnce) => ({ step, fault, isOnce }))),
);

/** Played by a script, in no time. */
export const SCRIPTED: readonly Case[] = CASES.filter(({ fault }) => fault.only !== "server");

/** Played by a server. What takes real time or a lot of it says nothing that the script did not say. */
export const REAL: readonly Case[] = CASES.filter(({ fault, isOnce }) => {
  return (
    fault.only !== "script" &&
    fault.gapMs === undefined &&
    !fault.name.includes("50 MB") &&
    !(isOnce && fault.name.includes("stalled"))
  );
});
