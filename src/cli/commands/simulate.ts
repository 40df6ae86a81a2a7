import { Option } from "commander";
import { REGION_ENDPOINTS, type Region } from "../../region.ts";
import {
  authenticatePublisherAccount,
  loginPublisherAccountById,
  readPublisherLatestGlucoseValues,
  SERVICES_PATH,
  systemUtcTime,
} from "../../wire/operations.ts";
import { EXIT } from "../exit.ts";
import { regionOption, scenarioOption, seedOption, speedOption, wholeNumber } from "../options.ts";
import { SCENARIOS, type ScenarioName } from "../../simulator/scenarios/names.ts";
import { speedUp } from "../shared-time.ts";
import type { SimulatedAccount } from "../simulated.ts";
import { UNLOCK_PATH } from "../unlock-path.ts";
import { untilAborted } from "../until-aborted.ts";
import type { Subcommand } from "../subcommand.ts";

interface SimulateOptions {
  readonly port?: number | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly region?: Region | undefined;
  readonly seed?: number | undefined;
  readonly scenario?: ScenarioName | undefined;
  readonly speed?: number | undefined;
}

const SCENARIO_LINES = Object.entries(SCENARIOS)
  .map(([name, summary]) => `  ${name.padEnd(15)}  ${summary}`)
  .join("\n");

export const simulate: Subcommand<SimulateOptions> = {
  name: "simulate",
  summary: "a simulator of the service on this machine, until Ctrl-C",
  options: [
    new Option("--port <n>", "default: any that is free").argParser(wholeNumber(0, 65_535)),
    new Option("--username <name>", "of the made-up account"),
    new Option("--password <password>", "of all made-up accounts"),
    regionOption,
    seedOption,
    scenarioOption,
    speedOption,
  ],
  notes: `Scenarios:
${SCENARIO_LINES}

It makes up all it shows. Give it no real credentials: what stands on a command line can be read by others.`,
  async run({ port, username, password, region = "us", seed, scenario, speed = 1 }, io) {
    // Loaded only here: the other subcommands need no server.
    const [{ UnlockableSimulator }, { listen }, { simulatedAccounts }] = await Promise.all([
      import("../unlockable-simulator.ts"),
      import("../../simulator/node.ts"),
      import("../simulated.ts"),
    ]);
    const accounts = simulatedAccounts({ username, password, region, scenario });
    const simulator = new UnlockableSimulator({
      accounts,
      clock: speed === 1 ? io.clock : await speedUp(io.clock, speed),
      seed,
    });
    const server = await listen(simulator, { port });
    try {
      io.stdout.write(
        greeting(
          { url: server.url, accounts, command: io.calledAs, speed },
          accounts.find((account) => account.region === region)!,
        ),
      );
      await untilAborted(io.signal);
    } finally {
      await server.close();
    }
    return EXIT.OK;
  },
};

interface Greeting {
  readonly url: string;
  readonly accounts: readonly SimulatedAccount[];
  /** The command as it was called. */
  readonly command: string;
  readonly speed: number;
}

/** Writes what a newcomer needs: the address, the accounts, and every step of a read by hand. */
function greeting(
  { url, accounts, command, speed }: Greeting,
  { username, password, region }: SimulatedAccount,
): string {
  const width = Math.max(...accounts.map((account) => account.username.length));
  const services = url + SERVICES_PATH;
  const post = `curl -s -H 'Content-Type: application/json' ${services}`;
  const { applicationId } = REGION_ENDPOINTS[region];
  const whoever = shellQuote(JSON.stringify({ accountName: username, password, applicationId }));
  // A client whose clock runs slower would take every reading for one of the future.
  const clientSpeed = speed === 1 ? "" : ` --speed ${String(speed)}`;
  // The service returns ids in quotation marks, so that they can be put into the next body as they are.
  const login = `'{"accountId":'"$ACCOUNT"',"password":'${shellQuote(JSON.stringify(password))}',"applicationId":"${applicationId}"}'`;
  return `The Share service, simulated, at ${url} (Ctrl-C ends it)

  ${"user name".padEnd(width)}  password     region
${accounts.map((account) => `  ${account.username.padEnd(width)}  ${account.password.padEnd(11)}  ${account.region}`).join("\n")}

By this command:
  DEXCOM_USERNAME=${shellQuote(username)} DEXCOM_PASSWORD=${shellQuote(password)} ${command} --base-url ${url}${clientSpeed}

A lock-out ends after ten minutes, or at once by:
  curl -X POST ${url}${UNLOCK_PATH}

By hand, a step a line:
  curl -s -H 'Accept: application/json' ${services}${systemUtcTime.path}
  ACCOUNT=$(${post}${authenticatePublisherAccount.path} -d ${whoever})
  SESSION=$(${post}${loginPublisherAccountById.path} -d ${login})
  ${post}${readPublisherLatestGlucoseValues.path} -d '{"sessionId":'"$SESSION"',"minutes":1440,"maxCount":3}'
`;
}

/** `text` as one word for a POSIX shell. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
