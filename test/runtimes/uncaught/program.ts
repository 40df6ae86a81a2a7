/** Ends with an uncaught error. The argument is the error's class. */
import { Dexcom } from "../../../src/index.ts";
import { ShareSimulator, SIMULATED_ACCOUNT } from "../../../src/simulator/index.ts";

const simulator = new ShareSimulator();
if (process.argv[2] === "NetworkError") simulator.inject({ drop: "before-headers" });
const password = process.argv[2] === "AccountError" ? "wrong-secret-of-mine" : SIMULATED_ACCOUNT.password;
const { username } = SIMULATED_ACCOUNT;
const dexcom = new Dexcom({ username, password, fetch: simulator.fetch, retry: { retries: 1 } });

async function readGlucose(): Promise<void> {
  console.log(await dexcom.getLatestGlucoseReading()); // the caller's line
}

await readGlucose();
