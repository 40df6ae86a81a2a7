import { randomBytes } from "node:crypto";
import type { WebNightscoutOptions } from "../../web/nightscout-options.ts";
import type { Io } from "../io.ts";

interface NightscoutAccess {
  readonly options: WebNightscoutOptions;
  /** Token that was made because neither secret nor token was given; it is shown once. */
  readonly madeToken?: string;
}

/** Decides who may read the site: whoever knows the secret or the token, also on this machine. */
export function nightscoutAccess(env: Io["env"]): NightscoutAccess {
  const secret = env["NIGHTSCOUT_SECRET"] || undefined;
  const token = env["NIGHTSCOUT_TOKEN"] || undefined;
  if (secret !== undefined || token !== undefined) return { options: { secret, token } };
  const madeToken = `reader-${randomBytes(16).toString("hex")}`;
  return { options: { token: madeToken }, madeToken };
}

/** Tells a person how readers of Nightscout reach the site. */
export function describeSite({ madeToken }: NightscoutAccess): string {
  const text = "Readers of Nightscout find it at the same address.";
  return madeToken === undefined ? `${text}\n` : `${text} Their token, shown only now: ${madeToken}\n`;
}
