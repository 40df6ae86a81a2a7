import assert from "node:assert/strict";
import type { Clock } from "../../src/clock.ts";
import { ShareSimulator, type ReadingInput } from "../../src/simulator/index.ts";
import { newDirectory, runHere, type Ran, type World } from "./harness.ts";
import { fixedClock, NOW } from "./moment.ts";

export const MINUTE_MS = 60_000;
export const ACCOUNT = { username: "Canary-Name@example.com", password: "canary-password" };
export const ENV: Readonly<Record<string, string>> = {
  DEXCOM_USERNAME: ACCOUNT.username,
  DEXCOM_PASSWORD: ACCOUNT.password,
};

const READINGS: ReadingInput[] = Array.from({ length: 288 }, (_, i) => ({
  datetime: NOW - (3 + i * 5) * MINUTE_MS,
  mgDl: 100 + (i % 50),
}));

/** Runs of one person, who has one folder for data and one service. */
export class Person {
  readonly dataDirectory: string = newDirectory();
  readonly simulator: ShareSimulator;

  constructor(clock: Clock = fixedClock) {
    this.simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, readings: READINGS }], clock });
  }

  async run(command: string, world: World = {}): Promise<Ran> {
    const { dataDirectory, simulator } = this;
    const argv = command.split(" ").filter(Boolean);
    const ran = await runHere(argv, { env: ENV, fetch: simulator.fetch, dataDirectory, ...world });
    const printed = (ran.stdout + ran.stderr).replaceAll(dataDirectory, "");
    assert.doesNotMatch(printed, /canary|secret|[\da-f]{8}-[\da-f]{4}-/i, "a secret got out");
    return ran;
  }

  /** The command as it must succeed, with nothing on stderr. */
  async says(command: string, world?: World): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(command, world);
    assert.deepEqual([exitCode, stderr], [0, ""], command);
    return stdout;
  }

  async file(): Promise<string> {
    return (await this.says("archive where")).trimEnd();
  }

  async count(): Promise<number> {
    return (JSON.parse(await this.says("archive --json")) as { readings: number }).readings;
  }
}
