import type { NightscoutEvent } from "../../nightscout/events.ts";
import type { Io } from "../io.ts";
import { PROGRAM } from "../program-name.ts";
import { formatDuration, formatLocal } from "../times.ts";

const SKIPPED = {
  ahead: "a reading dated in the future is not uploaded",
  "below-39": "a figure below 39 mg/dL is not uploaded: Nightscout takes it for an error code",
} as const;

/** Makes a handler that prints what was uploaded, and tells a person why nothing is. */
export function uploadNarrator({ stdout, stderr }: Io): (event: NightscoutEvent) => void {
  const say = (text: string): void => void stderr.write(`${PROGRAM}: ${text}\n`);
  const said = new Set<string>();
  return (event) => {
    if (event.type === "uploaded") {
      stdout.write(`${formatLocal(event.to, undefined)}  ${countReadings(event.count)} uploaded\n`);
    } else if (event.type === "waiting") {
      say(`${event.error.message}: trying again in ${formatDuration(event.delayMs)}`);
    } else if (event.type === "skipped" && !said.has(event.reason)) {
      said.add(event.reason);
      say(SKIPPED[event.reason]);
    }
  };
}

export function countReadings(count: number): string {
  return `${count} ${count === 1 ? "reading" : "readings"}`;
}
