import { NightscoutUploader } from "../../nightscout/uploader.ts";
import type { NightscoutEvent } from "../../nightscout/events.ts";
import { UsageError } from "../exit.ts";
import { isInteractive, type Io } from "../io.ts";
import { ask } from "../prompt.ts";
import type { Target } from "../target.ts";

/** Limits of the library for a request. */
const TIMEOUT_MS = 20_000;
const DEADLINE_MS = 60_000;

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export interface SiteOptions {
  readonly to?: string | undefined;
  readonly batchSize?: number | undefined;
  readonly allowLocalHttp?: boolean | undefined;
}

/**
 * Makes the uploader of the site that the options and the environment name. Asks for the secret if it is not there.
 *
 * @throws {UsageError} If the address or the secret is missing.
 */
export async function openSite(
  { to, batchSize, allowLocalHttp }: SiteOptions,
  { isSimulated, speed }: Target,
  io: Io,
  onEvent: (event: NightscoutEvent) => void,
): Promise<NightscoutUploader> {
  const url = to ?? (io.env["NIGHTSCOUT_URL"] || undefined);
  if (url === undefined)
    throw new UsageError("upload needs --to with the address of the Nightscout, or NIGHTSCOUT_URL.");
  if (isSimulated && !isOnThisMachine(url)) {
    throw new UsageError("--simulate makes readings up: --to must be an address of this machine.");
  }
  // Checks the address before anybody types a secret for it.
  const settings = { url, batchSize, allowLocalHttp, fetch: io.fetch, clock: io.clock, onEvent };
  const limits = { timeoutMs: TIMEOUT_MS * speed, deadlineMs: DEADLINE_MS * speed };
  new NightscoutUploader({ ...settings, token: "checks-the-address" });
  return new NightscoutUploader({ ...settings, ...limits, ...(await obtainSecret(url, io)) });
}

async function obtainSecret(
  url: string,
  io: Io,
): Promise<{ readonly secret?: string | undefined; readonly token?: string | undefined }> {
  const secret = io.env["NIGHTSCOUT_SECRET"] || undefined;
  const token = io.env["NIGHTSCOUT_TOKEN"] || undefined;
  if (secret !== undefined && token !== undefined) {
    throw new UsageError("Set NIGHTSCOUT_SECRET or NIGHTSCOUT_TOKEN, and not both.");
  }
  if (secret !== undefined || token !== undefined) return { secret, token };
  if (!isInteractive(io)) {
    throw new UsageError(
      "Set NIGHTSCOUT_SECRET or NIGHTSCOUT_TOKEN in the environment, or run this in a terminal to be asked.",
    );
  }
  const [answer = ""] = await ask(io, [{ text: `API secret of ${new URL(url).host}: `, hidden: true }]);
  return { secret: answer };
}

function isOnThisMachine(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);
}
