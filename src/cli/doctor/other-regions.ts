import { DexcomError } from "../../errors.ts";
import type { Region } from "../../region.ts";
import type { CommandCache } from "../cache.ts";
import { makeClient } from "../connection.ts";
import type { Credentials } from "../credentials.ts";
import { isInteractive, type Io } from "../io.ts";
import { confirm } from "../prompt.ts";
import type { Target } from "../target.ts";
import { guardLogins } from "./one-login.ts";
import { describeFailure } from "./refusal.ts";
import { skipped, type Finding } from "./step.ts";

const REGIONS: readonly Region[] = ["us", "ous", "jp"];

/** Offers the refused credentials to the other regions, once each, if the person says yes. Stops at a lock-out. */
export async function tryOtherRegions(
  target: Target,
  credentials: Credentials,
  io: Io,
  cache: CommandCache,
): Promise<Finding> {
  if (!isInteractive(io)) return skipped("--try-regions asks first, and there is no terminal to ask on");
  const others = REGIONS.filter((region) => region !== target.region);
  const question = `Send this login once to ${others.join(" and once to ")}? Each refusal may count towards a lock-out.`;
  if (!(await confirm(io, question))) return skipped("not wanted");
  const answers: string[] = [];
  for (const region of others) {
    const answer = await tryRegion({ ...target, region }, credentials, io, cache);
    answers.push(`${region} ${answer}`);
    if (answer === "accepted") {
      return {
        status: "ok",
        summary: answers.join(", "),
        advice: [`Set DEXCOM_REGION=${region}, or say --region ${region}.`],
        details: { region },
      };
    }
    if (answer === LOCKED) break;
  }
  return {
    status: "warning",
    summary: answers.join(", "),
    advice: ["No region that was asked knows this login: check the user name and the password."],
  };
}

const LOCKED = "locked";

async function tryRegion(target: Target, credentials: Credentials, io: Io, cache: CommandCache): Promise<string> {
  const guard = guardLogins(target.fetch);
  try {
    const dexcom = makeClient({ ...target, fetch: guard.fetch }, credentials, io, cache.openForLogin(), {
      retry: { retries: 1 },
    });
    await dexcom.getLatestGlucoseReading({ signal: io.signal });
    return "accepted";
  } catch (error) {
    if (!(error instanceof DexcomError)) throw error;
    // Whatever the read made of it: it was sent, so the login was accepted.
    if (guard.hasRead) return "accepted";
    if (error.code === "LOCKED_OUT") return LOCKED;
    return error.code === "CREDENTIALS_REFUSED" ? "refused" : `no answer: ${describeFailure(error)}`;
  }
}
