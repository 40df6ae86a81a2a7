import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, lstat, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { SessionStore, STORE_OPTION_NAMES, type SessionStoreOptions } from "../session/session-store.ts";
import { assertArgument, checkNames } from "../validate.ts";
import { LeaseWatch, parseContent, type FileContent } from "./file-content.ts";
import { FileFolder, hasCode } from "./file-folder.ts";

export type { StoreSecret } from "../session/session-store.ts";

/** Options of a `FileSessionStore`. */
export interface FileSessionStoreOptions extends SessionStoreOptions {
  /**
   * Folder of the files, made on first use for its owner alone. On POSIX it must belong to the user of the process, and
   * nobody else may write to it; otherwise each call reports a `cache-failure`.
   *
   * @default `dexcom-share-ts` in the platform's folder for caches: `$XDG_CACHE_HOME` or `~/.cache`, `~/Library/Caches`
   * or `%LOCALAPPDATA%`
   */
  readonly directory?: string | undefined;
}

/** The newest file of a key. */
interface Newest {
  /** 0 if there is no version. */
  readonly version: number;
  readonly value: string | null;
  /** When it was looked up, by the clock that measures intervals. */
  readonly lookedAt: number;
}

/** Name of a file: digest of the key, version. */
const NAME = /^[\da-f]{32}\.([1-9]\d{0,11})$/;
/** Name of a file, of a draft, or of a version that nobody can have reached by counting. */
const OURS = /^[\da-f]{32}\.(\d+|[\da-f-]+\.tmp)$/;
/** The next version has a name that `NAME` does not match. */
const MAX_VERSION = 999_999_999_999;
/** A change each millisecond for three years. */
const MAX_COUNTED = MAX_VERSION / 10;
/**
 * An old version stays so long, so that a slow process does not take its name again. Drafts that a killed process
 * left behind stay as long.
 */
const LINGER_MS = 60_000;
/** A process that needed longer from its look to its change can't be sure of the name. */
const MAX_SLOW_MS = LINGER_MS / 2;
/** The newest version stays so long after it has expired. Nobody should be using it any more. */
const EXPIRED_LINGER_MS = 3_600_000;
/** A sealed record takes some 500 bytes. A much larger file is not ours, and may not fit in memory. */
const MAX_BYTES = 65_536;
/** Other files that are checked when one is written. */
const MAX_TIDIED = 32;
/** Other processes write too, but not even fifty make one lose so often. */
const MAX_TRIES = 100;

/**
 * Session store in files, for the processes of one machine: one of them logs in while the others wait, and a refused
 * password is posted by one. For Node, Bun and Deno. Only their owner can read the files, and the values are sealed.
 *
 * A change of a value is a new file of the next version, linked to a name that only one process can take. The old file
 * goes a while later. So there is nothing to lock, and nothing to repair after a process was killed.
 *
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * import { FileSessionStore } from "dexcom-share-ts/file";
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret", cache: new FileSessionStore() });
 * ```
 */
export class FileSessionStore extends SessionStore {
  readonly #folder: FileFolder;
  readonly #leases = new LeaseWatch();

  /** @throws {ArgumentError} If an option is invalid. */
  constructor({ directory, ...options }: FileSessionStoreOptions = {}) {
    super(options);
    checkNames("options", options, ["directory", ...STORE_OPTION_NAMES]);
    const isPath = directory === undefined || (typeof directory === "string" && directory !== "");
    assertArgument(isPath, "directory must be non-empty string");
    this.#folder = new FileFolder(directory);
  }

  /**
   * The folder of the files.
   *
   * @throws {Error} If `directory` is absent and the environment names no home folder.
   */
  get directory(): string {
    return this.#folder.path;
  }

  override async get(key: string): Promise<string | null> {
    return (await this.#newest(stemOf(key))).value;
  }

  override async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.#put(stemOf(key), value, ttlMs);
  }

  override async delete(key: string): Promise<void> {
    await this.#put(stemOf(key), null, 0);
  }

  override async replace(key: string, from: string | null, to: string | null, ttlMs: number): Promise<boolean> {
    const stem = stemOf(key);
    const newest = await this.#newest(stem);
    return newest.value === from && (await this.#writeNextVersion(newest, stem, { value: to, ttlMs }));
  }

  async #put(stem: string, value: string | null, ttlMs: number): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (await this.#writeNextVersion(await this.#newest(stem), stem, { value, ttlMs })) return;
    }
    throw new Error("Other processes changed the file at every attempt to write it");
  }

  async #newest(stem: string): Promise<Newest> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const lookedAt = performance.now();
      const own = (await this.#names()).filter((name) => name.startsWith(stem));
      const version = Math.max(0, ...own.map(versionOf));
      if (version === 0) return { version, value: null, lookedAt };
      const content = await this.#read(`${stem}.${version}`);
      // Without content another process has just removed the file.
      if (content) {
        const isExpired = this.#leases.isExpired(content, stem, version);
        return { version, value: isExpired ? null : content.value, lookedAt };
      }
    }
    throw new Error("Other processes changed the file at every attempt to write it");
  }

  async #names(): Promise<string[]> {
    try {
      await this.#folder.check();
      return await readdir(this.directory);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return [];
      throw error;
    }
  }

  /** Returns `undefined` if there is no such file. A file of another kind has no value. */
  async #read(name: string): Promise<FileContent | undefined> {
    let text = "";
    try {
      const file = path.join(this.directory, name);
      // Neither a link to another file, nor a pipe that never ends, nor gigabytes.
      const found = await lstat(file);
      if (found.isFile() && found.size <= MAX_BYTES) text = await readFile(file, "utf8");
    } catch (error) {
      if (hasCode(error, "ENOENT")) return undefined;
      // A file of root: the next version is ours again.
      if (!hasCode(error, "EACCES")) throw error;
    }
    return parseContent(text);
  }

  /** Resolves to `true` if this process, and no other, has written the next version. */
  async #writeNextVersion(
    newest: Newest,
    stem: string,
    { value, ttlMs }: { readonly value: string | null; readonly ttlMs: number },
  ): Promise<boolean> {
    const { directory } = this;
    await this.#folder.make();
    const version = 1 + (newest.version < MAX_VERSION ? newest.version : await this.#removePlanted(stem));
    const content: FileContent = { value, writtenAt: Date.now(), waitMs: ttlMs };
    const draft = path.join(directory, `${stem}.${randomUUID()}.tmp`);
    const file = path.join(directory, `${stem}.${version}`);
    try {
      await writeFile(draft, JSON.stringify(content), { flag: "wx", mode: 0o600 });
      await linkNew(draft, file);
    } catch (error) {
      if (hasCode(error, "EEXIST")) return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
    // Its own lease is seen from now on.
    this.#leases.unchangedMs(stem, version);
    // What can't be removed does no harm.
    await this.#tidy(stem).catch(() => undefined);
    return performance.now() - newest.lookedAt < MAX_SLOW_MS;
  }

  /** Removes versions that nobody can have reached by counting. Returns the newest one that is left. */
  async #removePlanted(stem: string): Promise<number> {
    const own = (await this.#names()).filter((name) => name.startsWith(stem));
    const isPlanted = (name: string): boolean => versionOf(name) > MAX_COUNTED;
    for (const name of own.filter(isPlanted))
      await rm(path.join(this.directory, name), { force: true, recursive: true });
    return Math.max(0, ...own.filter((name) => !isPlanted(name)).map(versionOf));
  }

  /**
   * Removes old versions of `stem`, and of a few other files those that are old, were left by a killed process, or are
   * sealed under a password that nobody uses any more.
   */
  async #tidy(stem: string): Promise<void> {
    const names = (await this.#names()).filter((name) => OURS.test(name));
    const own = names.filter((name) => name.startsWith(stem));
    const others = names.filter((name) => !name.startsWith(stem));
    const start = Math.floor(Math.random() * others.length);
    const checked = [...others.slice(start), ...others.slice(0, start)].slice(0, MAX_TIDIED);
    for (const name of [...own, ...checked]) {
      const isNeeded = (await this.#neededUntil(name, names)) >= Date.now();
      if (!isNeeded) await rm(path.join(this.directory, name), { force: true });
    }
  }

  /** Returns until when a file must stay, by the times at which files were written. */
  async #neededUntil(name: string, names: readonly string[]): Promise<number> {
    const writtenAt = async (of: string): Promise<number> => (await lstat(path.join(this.directory, of))).mtimeMs;
    const version = versionOf(name);
    if (version === 0) return (await writtenAt(name)) + LINGER_MS;
    const [stem] = name.split(".") as [string];
    if (names.some((other) => other.startsWith(stem) && versionOf(other) > version)) {
      // If the next version is gone, this one is older still.
      return (await writtenAt(`${stem}.${version + 1}`).catch(() => 0)) + LINGER_MS;
    }
    const content = await this.#read(name);
    const expiresAt = content ? content.writtenAt + content.waitMs : 0;
    return Math.max(await writtenAt(name), expiresAt) + EXPIRED_LINGER_MS;
  }
}

/** Returns 0 for a draft, or a file of another kind. */
function versionOf(name: string): number {
  return Number(NAME.exec(name)?.[1] ?? 0);
}

/** A key is no file name by itself: it may hold slashes, and some file systems ignore case. */
function stemOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 32);
}

/** Puts a whole file in its place unless there is one. Without hard links others may see it half-written. */
async function linkNew(draft: string, file: string): Promise<void> {
  try {
    await link(draft, file);
  } catch (error) {
    if (hasCode(error, "EEXIST")) throw error;
    await copyFile(draft, file, constants.COPYFILE_EXCL);
  }
}
