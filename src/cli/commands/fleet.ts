import { Option } from "commander";
import { fleetTable } from "../fleet/table.ts";
import { EXIT, UsageError } from "../exit.ts";
import { positiveNumber, wholeNumber } from "../options.ts";
import { speedUp } from "../shared-time.ts";
import type { Subcommand } from "../subcommand.ts";

interface FleetCommandOptions {
  readonly simulate?: boolean | undefined;
  readonly accounts?: number | undefined;
  readonly workers?: number | undefined;
  readonly redis?: string | undefined;
  readonly speed?: number | undefined;
}

/** Time between two tables: on a terminal, which shows the newest alone, and in a pipe. */
const TERMINAL_MS = 1000;
const PIPE_MS = 10_000;
const MINUTE_MS = 60_000;

export const fleet: Subcommand<FleetCommandOptions> = {
  name: "fleet",
  summary: "a fleet of simulated accounts at work on your Redis, until Ctrl-C",
  options: [
    new Option("--simulate", "follow simulated accounts in this process; the only kind that there is"),
    new Option("--accounts <n>", "default: 100").argParser(wholeNumber(1, 100_000)),
    new Option("--workers <n>", "workers of this process; default: 2").argParser(wholeNumber(1, 100)),
    new Option("--redis <url>", "default: redis://127.0.0.1:6379"),
    new Option("--speed <factor>", "how fast time runs").argParser(positiveNumber),
  ],
  notes: `It needs the packages bullmq and ioredis. Its keys in Redis begin with dexcom-fleet-demo- and a number of the run. Ctrl-C
waits for the polls under way and removes these keys.`,
  async run({ simulate, accounts = 100, workers = 2, redis = "redis://127.0.0.1:6379", speed = 1 }, io) {
    if (simulate !== true) throw new UsageError("fleet needs --simulate: your own fleet is a program of yours");
    // Loaded only here: no other subcommand needs Redis.
    const [{ parseRedisUrl, checkReachable }, { startSimulatedFleet }] = await Promise.all([
      import("../fleet/redis-url.ts"),
      import("../fleet/simulated-fleet.ts"),
    ]);
    const redisUrl = parseRedisUrl(redis);
    await checkReachable(redisUrl);
    const clock = speed === 1 ? io.clock : await speedUp(io.clock, speed);
    const startMs = clock.now();
    let failure: unknown;
    const running = await startSimulatedFleet({
      ...{ redisUrl, accounts, workers, speed, clock },
      onEvent: (event) => {
        if (event.type === "error") failure = event.error;
      },
    });
    const { stdout, stderr, signal } = io;
    const isTerminal = stdout.isTTY === true;
    let height = 0;
    while (!signal.aborted) {
      const lines = fleetTable(await running.fleet.stats(), (clock.now() - startMs) / MINUTE_MS);
      // Failures of Redis pass by themselves, but a person wants to know.
      if (failure !== undefined) lines.push(`Redis: ${failure instanceof Error ? failure.message : "failure"}`);
      failure = undefined;
      // Up to the beginning of the table before, and all below it cleared.
      const erase = isTerminal && height > 0 ? `\u001B[${height}A\u001B[J` : "";
      stdout.write(`${erase}${lines.join("\n")}\n${isTerminal ? "" : "\n"}`);
      height = lines.length;
      await io.clock.sleep(isTerminal ? TERMINAL_MS : PIPE_MS, signal).catch(() => undefined);
    }
    stderr.write("Ending the polls under way…\n");
    await running.close();
    return EXIT.OK;
  },
};
