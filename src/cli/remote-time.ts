import { servicesUrl } from "../options.ts";
import { askServiceTime } from "./doctor/service-time.ts";
import { UsageError } from "./exit.ts";
import type { Io } from "./io.ts";

/**
 * Asks a simulator for its time and returns how far this machine is ahead.
 *
 * @throws {NetworkError} If it does not respond.
 */
export async function askAheadMs(baseUrl: string, io: Io): Promise<number> {
  const { aheadMs } = await askServiceTime(servicesUrl(baseUrl), io.fetch, io);
  if (aheadMs === undefined) throw new UsageError("--speed: The simulator did not tell its time.");
  return aheadMs;
}
