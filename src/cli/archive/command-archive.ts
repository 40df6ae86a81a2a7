import { rm, writeFile } from "node:fs/promises";
import type { GlucoseArchive } from "../../archive/archive.ts";
import type { Clock } from "../../clock.ts";
import { credentialsFromEnv } from "../credentials.ts";
import { UsageError } from "../exit.ts";
import { isInteractive, type Io } from "../io.ts";
import type { ConnectionOptions } from "../options.ts";
import { ask } from "../prompt.ts";
import { findTarget, type Target } from "../target.ts";
import { openFile } from "./open-file.ts";
import { accountOf, findPlace, stateOf, type ArchivePlace, type CommandArchive } from "./place.ts";

/**
 * Finds the archive of the account that the options and the environment name. With `--simulate` it is in memory, and
 * holds made-up readings.
 *
 * @param days Days that a simulated archive goes back.
 * @throws {UsageError} If no account is named.
 */
export async function findArchive(options: ConnectionOptions, io: Io, days: number): Promise<CommandArchive> {
  if (options.simulate) {
    const { simulatedArchive } = await import("./simulated-archive.ts");
    return simulatedArchive(options, io.clock, days);
  }
  const target = await findTarget(options, io);
  return storedArchive(findPlace(target, await accountFor(io, target), io), io.clock);
}

function storedArchive(place: ArchivePlace, clock: Clock): CommandArchive {
  const open = (): Promise<GlucoseArchive> => openFile(place.file, clock);
  return {
    file: place.file,
    get state() {
      return stateOf(place);
    },
    open,
    async turnOn() {
      const archive = await open();
      // The first use creates the file.
      await archive.latest();
      await archive.close();
      await rm(place.offMark, { force: true });
    },
    async turnOff() {
      await writeFile(place.offMark, "", { mode: 0o600 });
    },
  };
}

/** Returns the name of the account. The password is not needed: nothing is sent. */
async function accountFor(io: Io, { region }: Target): Promise<string> {
  const given = accountOf(credentialsFromEnv(io.env));
  if (given !== undefined) return given;
  if (!isInteractive(io)) {
    throw new UsageError(
      "Set DEXCOM_USERNAME (or DEXCOM_ACCOUNT_ID) in the environment: each account has an archive of its own. --simulate needs neither.",
    );
  }
  const [answer = ""] = await ask(io, [{ text: `User name or account id (region ${region}): ` }]);
  return answer;
}
