import type { DexcomEvent } from "../events.ts";
import type { Io } from "./io.ts";
import { PROGRAM } from "./program-name.ts";
import { formatDuration } from "./times.ts";

/** Age of the newest reading at which a person is told. */
export const STALE_AFTER_MS = 900_000;

/** Makes a handler that tells a person why no reading comes, and when readings come again. */
export function narrator({ stderr }: Io): (event: DexcomEvent) => void {
  const say = (text: string): void => void stderr.write(`${PROGRAM}: ${text}\n`);
  let saidBad = false;
  return (event) => {
    if (event.type === "waiting") {
      const { message, serverCode } = event.error;
      say(
        `${message}${serverCode === undefined ? "" : ` (${serverCode})`}: trying again in ${formatDuration(event.delayMs)}`,
      );
    } else if (event.type === "stale") {
      say(`no reading is younger than ${formatDuration(STALE_AFTER_MS)}`);
    } else if (event.type === "recovered") {
      say("readings come again");
    } else if (event.type === "since-clamped") {
      say("--since is in the future; each reading from now on is shown");
    } else if (event.type === "bad-record" && !event.kept && !saidBad) {
      // The service returns the same record with each response.
      saidBad = true;
      say("a record that is not a reading is left out");
    }
  };
}
