import { DexcomError } from "../../errors.ts";
import { servicesUrl } from "../../options.ts";
import { REGION_ENDPOINTS } from "../../region.ts";
import { openCache } from "../cache.ts";
import { credentialsFor } from "../connection.ts";
import { credentialsFromEnv, type Credentials } from "../credentials.ts";
import { isInteractive, type Io } from "../io.ts";
import type { ConnectionOptions } from "../options.ts";
import { formatDuration } from "../times.ts";
import { packageVersion } from "../version.ts";
import { findTarget, type Target } from "../target.ts";
import { checkCredentials } from "./credentials-form.ts";
import { tryOtherRegions } from "./other-regions.ts";
import { readOnce } from "./read-steps.ts";
import { describeFailure, detailsOf } from "./refusal.ts";
import { askServiceTime, type ServiceTime } from "./service-time.ts";
import { failed, ok, skipped, type Finding, type Step, type StepName } from "./step.ts";

/** More than this between two clocks makes the age of a reading a matter of luck. */
const CLOCK_TOLERANCE_MS = 120_000;

export interface DiagnosisOptions extends ConnectionOptions {
  readonly tryRegions?: boolean | undefined;
}

/**
 * Looks at one thing after the other, with one login at most and no request twice, and tells each as it is known. After
 * a failure that leaves a step nothing to look at, that step is skipped.
 *
 * @throws {ArgumentError} for a base URL that can't be right; the reason of `io.signal` when that aborts.
 */
export async function diagnose(options: DiagnosisOptions, io: Io, tell: (step: Step) => void): Promise<Step[]> {
  const steps: Step[] = [];
  const found = (name: StepName, finding: Finding): boolean => {
    const step = { name, ...finding };
    steps.push(step);
    tell(step);
    return finding.status !== "failed";
  };
  const target = await findTarget(options, io);
  const url = servicesUrl(target.baseUrl ?? REGION_ENDPOINTS[target.region].origin);
  found("versions", describeVersions());

  const credentials =
    target.isSimulated || isInteractive(io) ? await credentialsFor(target, io) : credentialsFromEnv(io.env);
  const areCredentialsGood = found("credentials", checkCredentials(credentials));

  const service = await askService(target, url, io);
  const isServiceGood = found("service", service.finding);
  found(
    "clock",
    service.time === undefined ? skipped("the service did not tell its time") : describeClock(service.time),
  );

  const kept = openCache(options, io);
  found("cache", await kept.describe());

  if (!areCredentialsGood || !isServiceGood) {
    const reason = skipped(isServiceGood ? "not without credentials" : "not before the service answers as it should");
    for (const name of ["login", "readings", "age"] as const) found(name, reason);
    return steps;
  }
  const read = await readOnce(target, credentials as Credentials, io, kept.openForLogin(), service.time?.aheadMs ?? 0);
  found("login", read.login);
  if (read.isRefused && options.tryRegions)
    found("regions", await tryOtherRegions(target, credentials as Credentials, io, kept));
  found("readings", read.readings);
  found("age", read.age);
  return steps;
}

function describeVersions(): Finding {
  const { versions, platform, arch } = process;
  const version = packageVersion();
  return ok(`dexcom-share-ts ${version}, Node ${versions.node}, ${platform} ${arch}`, {
    version,
    node: versions.node,
    platform,
    arch,
  });
}

/** Never the address of a base URL: it may be somebody's own machine. */
function nameOf({ region, baseUrl, isSimulated }: Target): string {
  if (isSimulated) return `a simulator in this process, region ${region}`;
  return baseUrl === undefined
    ? `region ${region} (${new URL(REGION_ENDPOINTS[region].origin).host})`
    : `a base URL of your own, region ${region}`;
}

async function askService(target: Target, url: string, io: Io): Promise<{ finding: Finding; time?: ServiceTime }> {
  const name = nameOf(target);
  try {
    const time = await askServiceTime(url, target.fetch, io);
    const latencyMs = Math.round(time.latencyMs);
    return { finding: ok(`${name}, answers in ${String(latencyMs)} ms`, { region: target.region, latencyMs }), time };
  } catch (error) {
    if (!(error instanceof DexcomError)) throw error;
    return {
      finding: failed(`${name}: ${describeFailure(error)}`, [error.advice], {
        region: target.region,
        ...detailsOf(error),
      }),
    };
  }
}

function describeClock({ aheadMs }: ServiceTime): Finding {
  if (aheadMs === undefined) return skipped("the service did not tell its time");
  const size = Math.abs(aheadMs);
  const differenceMs = Math.round(aheadMs);
  const summary = `this machine is ${formatDuration(size)} ${aheadMs < 0 ? "behind" : "ahead of"} the service`;
  return size <= CLOCK_TOLERANCE_MS
    ? ok(summary, { differenceMs })
    : failed(summary, ["Set this machine's clock: until then every age that it works out is wrong."], { differenceMs });
}
