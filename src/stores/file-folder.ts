import { chmod, mkdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import process from "node:process";

/** Permission to write of the group and of others. */
const OTHERS_MAY_WRITE = 0o022;

/** Returns the platform's folder for caches. */
function cacheFolder(): string {
  const { env, platform } = process;
  if (platform === "darwin") return inHome("Library/Caches");
  const given = platform === "win32" ? env["LOCALAPPDATA"] : env["XDG_CACHE_HOME"];
  // The XDG base directory specification says to ignore a path that is not absolute.
  if (given !== undefined && path.isAbsolute(given)) return given;
  return inHome(platform === "win32" ? "AppData/Local" : ".cache");
}

function inHome(folder: string): string {
  const home = homedir();
  // With an empty HOME the files would go wherever the process happens to be.
  if (!path.isAbsolute(home)) throw new Error("No folder for caches is known: set HOME (USERPROFILE on Windows)");
  return path.join(home, folder);
}

/** Folder of a file store. Whoever can write to it could plant or delete files, so others may not. */
export class FileFolder {
  readonly #given: string | undefined;

  constructor(given: string | undefined) {
    this.#given = given;
  }

  /**
   * The path. It is determined at each use, because a constructor does no I/O and the environment may be incomplete.
   *
   * @throws {Error} If neither the option nor the environment names a folder.
   */
  get path(): string {
    return this.#given ?? path.join(cacheFolder(), "dexcom-share-ts");
  }

  /** Makes the folder, for its owner alone. */
  async make(): Promise<void> {
    await makeFolder(this.path);
    await this.check();
  }

  /**
   * Checks the owner and permissions, on POSIX. The default folder is mended if others may write to it; the user's own
   * folder is left as it is.
   *
   * @throws {Error} If the folder belongs to another user, or others may write to it. `ENOENT` if it does not exist.
   */
  async check(): Promise<void> {
    const { mode, uid } = await stat(this.path);
    // Windows has neither.
    const ownUid = process.getuid?.();
    if (ownUid === undefined) return;
    if (uid !== ownUid) throw new Error("The folder belongs to another user");
    if ((mode & OTHERS_MAY_WRITE) === 0) return;
    if (this.#given !== undefined) throw new Error("Other users may write to the folder");
    await chmod(this.path, 0o700);
  }
}

/**
 * Makes a folder and those above it, for their owner alone. Not by `recursive`: Node loops forever, at full load, if a
 * folder below /proc is to be made.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (hasCode(error, "EEXIST")) return;
    const parent = path.dirname(folder);
    if (!hasCode(error, "ENOENT") || parent === folder) throw error;
    await makeFolder(parent);
    await mkdir(folder, { mode: 0o700 }).catch((again: unknown) => {
      if (!hasCode(again, "EEXIST")) throw again;
    });
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return (error as { code?: unknown } | null)?.code === code;
}
