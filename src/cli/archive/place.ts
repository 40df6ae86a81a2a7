import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { GlucoseArchive } from "../../archive/archive.ts";
import { servicesUrl } from "../../options.ts";
import { REGION_ENDPOINTS } from "../../region.ts";
import type { PartialCredentials } from "../credentials.ts";
import type { Io } from "../io.ts";
import type { Target } from "../target.ts";

const DIGEST_LENGTH = 32;

/** Files of one account. */
export interface ArchivePlace {
  readonly file: string;
  /** Is there while the archive is off: its readings stay, and new ones are not kept. */
  readonly offMark: string;
}

export type ArchiveState = "on" | "off" | "absent";

/** Archive that a subcommand works with. */
export interface CommandArchive {
  /** Path of the file, or what there is in its place. */
  readonly file: string;
  readonly state: ArchiveState;
  /** Opens it, and creates it if it is absent. The caller closes it. */
  open(): Promise<GlucoseArchive>;
  turnOn(): Promise<void>;
  /** Keeps what is there, and nothing from now on. */
  turnOff(): Promise<void>;
}

/**
 * Finds the files of an account. Their names are a digest of the service and the account, so that a listing of the
 * folder names nobody.
 *
 * @throws {Error} If the environment names no folder for data.
 */
export function findPlace(
  { region, baseUrl }: Pick<Target, "region" | "baseUrl">,
  account: string,
  io: Io,
): ArchivePlace {
  const service = servicesUrl(baseUrl ?? REGION_ENDPOINTS[region].origin);
  const key = JSON.stringify([service, account.trim().toLowerCase()]);
  const digest = createHash("sha256").update(key).digest("hex").slice(0, DIGEST_LENGTH);
  const folder = io.dataDirectory ?? dataFolder(io.env);
  return { file: path.join(folder, `${digest}.db`), offMark: path.join(folder, `${digest}.off`) };
}

/** The account id, or else the user name: what the variables name is one account. */
export function accountOf({ accountId, username }: PartialCredentials): string | undefined {
  return accountId ?? username;
}

export function stateOf({ file, offMark }: ArchivePlace): ArchiveState {
  if (!existsSync(file)) return "absent";
  return existsSync(offMark) ? "off" : "on";
}

/** Returns this package's folder in the platform's folder for data, never for caches: those may be emptied. */
function dataFolder(env: Io["env"]): string {
  if (process.platform === "darwin") return inHome("Library/Application Support/dexcom-share-ts");
  const isWindows = process.platform === "win32";
  const given = env[isWindows ? "LOCALAPPDATA" : "XDG_DATA_HOME"];
  const own = isWindows ? "dexcom-share-ts/data" : "dexcom-share-ts";
  // The XDG base directory specification says to ignore a path that is not absolute.
  if (given !== undefined && path.isAbsolute(given)) return path.join(given, own);
  return inHome(path.join(isWindows ? "AppData/Local" : ".local/share", own));
}

function inHome(folder: string): string {
  const home = homedir();
  // With an empty HOME the files would go wherever the process happens to be.
  if (!path.isAbsolute(home)) throw new Error("No folder for data is known: set HOME (USERPROFILE on Windows)");
  return path.join(home, folder);
}
