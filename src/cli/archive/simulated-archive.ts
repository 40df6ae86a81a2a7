import { MemoryArchive } from "../../archive/memory-archive.ts";
import type { Clock } from "../../clock.ts";
import { generateReadings } from "../../simulator/readings/generator.ts";
import { hash, hashText } from "../../simulator/readings/random.ts";
import type { ConnectionOptions } from "../options.ts";
import { simulatedUsername } from "../simulated.ts";
import type { ArchiveState, CommandArchive } from "./place.ts";

const DAY_MS = 86_400_000;

/**
 * Makes an archive in memory with the made-up readings of the wearer that `--simulate` shows. It ends with this run.
 */
export async function simulatedArchive(
  { region = "us", seed = 1 }: ConnectionOptions,
  clock: Clock,
  days: number,
): Promise<CommandArchive> {
  const archive = new MemoryArchive({ clock });
  const now = clock.now();
  const readings = generateReadings({
    seed: hash(seed, hashText(simulatedUsername(region))),
    from: now - days * DAY_MS,
    to: now,
  });
  await archive.add(readings.filter(({ availableAt }) => availableAt !== undefined && availableAt.getTime() <= now));
  let state: ArchiveState = "on";
  return {
    file: "in memory, simulated",
    get state() {
      return state;
    },
    open: async () => archive,
    turnOn: async () => void (state = "on"),
    turnOff: async () => void (state = "off"),
  };
}
