import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, lstat, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import process from "node:process";
import { ArgumentError } from "../errors.ts";
import { SessionStore, type SessionStoreOptions } from "../session/session-store.ts";

export interface FileSessionStoreOptions extends SessionStoreOptions {
  /**
   * Made on first use, for its owner alone.
   *
   * @default `dexcom-share-ts` in the platform's folder for caches: `$XDG_CACHE_HOME` or `~/.cache`, `~/Library/Caches`
   * or `%LOCALAPPDATA%`
   */
  readonly directory?: string | undefined;
}

/** What a file holds, as JSON. `null` says that there was a value and is none any more. */
interface Content {
  readonly value: string | null;
  readonly expiresAt: number;
}

/** The newest file of a key. */
interface Newest {
  /** 0 where there is none. */
  readonly version: number;
  readonly value: string | null;
  readonly lookedAt: number;
}

/** One of ours: digest of the key, version. */
const NAME = /^[\da-f]{32}\.([1-9]\d{0,14})$/;
/** One of ours, or half of one. */
const OURS = /^[\da-f]{32}\.(\d+|[\da-f-]+\.tmp)$/;
/**
 * How long a file that a newer one has outdone stays, and keeps its name from being taken by a process that was slow.
 * Drafts, left where a process was killed, stay as long.
 */
const LINGER_MS = 60_000;
/** A process that took longer from its look to its change can't be sure of the name. */
const MOST_SLOW_MS = LINGER_MS / 2;
/** How long the newest file of a key stays when its time has lapsed. Nobody should be at it any more. */
const LAPSED_LINGER_MS = 3_600_000;
/** A sealed session takes some 150 bytes, a refusal some 500: what is much larger is none of ours, and may not fit in memory. */
const MOST_BYTES = 65_536;
/** How many other files are looked at when one is written. */
const MOST_LOOKED_AT = 32;
/** Others write too; not even fifty processes make one lose so often. */
const MOST_TRIES = 100;

/**
 * Keeps sessions in files, for the processes of one machine: one of them logs in while the others wait, and a refused
 * password is posted by one. For Node, Bun and Deno. A file is readable by its owner alone, and sealed besides.
 *
 * A change of a value is a new file of the next version, made by linking it to a name that only one process can take;
 * the old file goes a while later. So there is nothing to lock, and nothing to mend after a process that was killed.
 *
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * import { FileSessionStore } from "dexcom-share-ts/file";
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret", cache: new FileSessionStore() });
 * ```
 */
export class FileSessionStore extends SessionStore {
  readonly #given: string | undefined;

  /** @throws {ArgumentError} for a bad option, by name. */
  constructor({ directory, ttlMs }: FileSessionStoreOptions = {}) {
    super({ ttlMs });
    if (directory !== undefined && (typeof directory !== "string" || directory === "")) {
      throw new ArgumentError("directory must be non-empty string");
    }
    this.#given = directory;
  }

  /**
   * The folder of the files. Found out at each use: what tells of it may be missing, and a constructor does no I/O.
   *
   * @throws {Error} where neither `directory` nor the environment names one.
   */
  get directory(): string {
    return this.#given ?? path.join(cacheFolder(), "dexcom-share-ts");
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
    return newest.value === from && (await this.#outdo(newest, stem, to, ttlMs));
  }

  async #put(stem: string, value: string | null, ttlMs: number): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      if (await this.#outdo(await this.#newest(stem), stem, value, ttlMs)) return;
    }
    throw new Error("Other processes write without end");
  }

  async #newest(stem: string): Promise<Newest> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const lookedAt = Date.now();
      const own = (await this.#names()).filter((name) => name.startsWith(stem));
      const version = Math.max(0, ...own.map(versionOf));
      if (version === 0) return { version, value: null, lookedAt };
      const content = await this.#read(`${stem}.${version}`);
      // Gone: another process has just cleared it away.
      if (content) return { version, value: content.expiresAt > Date.now() ? content.value : null, lookedAt };
    }
    throw new Error("Other processes write without end");
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.directory);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return [];
      throw error;
    }
  }

  /** `undefined` where there is no such file; one that is not ours, or holds anything else than we write, is one without a value. */
  async #read(name: string): Promise<Content | undefined> {
    let text = "";
    try {
      const file = path.join(this.directory, name);
      // Neither a link to another file, nor a pipe that never ends, nor gigabytes: whoever may write here could leave them.
      const found = await lstat(file);
      if (found.isFile() && found.size <= MOST_BYTES) text = await readFile(file, "utf8");
    } catch (error) {
      if (hasCode(error, "ENOENT")) return undefined;
      // Another user's, of a run as root: the next version is ours again.
      if (!hasCode(error, "EACCES")) throw error;
    }
    try {
      const { value, expiresAt } = Object(JSON.parse(text)) as Partial<Record<keyof Content, unknown>>;
      if (typeof value === "string" && typeof expiresAt === "number") return { value, expiresAt };
    } catch {
      // No JSON.
    }
    return { value: null, expiresAt: 0 };
  }

  /** Makes the next version. Resolves to whether this process, and no other, did. */
  async #outdo(newest: Newest, stem: string, value: string | null, ttlMs: number): Promise<boolean> {
    const { directory } = this;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const content: Content = { value, expiresAt: Date.now() + ttlMs };
    const draft = path.join(directory, `${stem}.${randomUUID()}.tmp`);
    const file = path.join(directory, `${stem}.${newest.version + 1}`);
    try {
      await writeFile(draft, JSON.stringify(content), { flag: "wx", mode: 0o600 });
      await linkNew(draft, file);
    } catch (error) {
      if (hasCode(error, "EEXIST")) return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
    // What can't be cleared away does no harm.
    await this.#tidy(stem).catch(() => undefined);
    return Date.now() - newest.lookedAt < MOST_SLOW_MS;
  }

  /**
   * Clears away what nobody needs any more: older versions of `stem`, and of a few other files those that were outdone,
   * left by a process that was killed, or sealed under a password that is used no more.
   */
  async #tidy(stem: string): Promise<void> {
    const names = (await this.#names()).filter((name) => OURS.test(name));
    const [own, others] = [true, false].map((isOwn) => names.filter((name) => name.startsWith(stem) === isOwn));
    const start = Math.floor(Math.random() * others!.length);
    for (const name of [...own!, ...others!.slice(start), ...others!.slice(0, start)].slice(
      0,
      own!.length + MOST_LOOKED_AT,
    )) {
      if ((await this.#neededUntil(name, names)) < Date.now())
        await rm(path.join(this.directory, name), { force: true });
    }
  }

  /** For when a file is to be kept, by the times at which files were written. */
  async #neededUntil(name: string, names: readonly string[]): Promise<number> {
    const writtenAt = async (of: string): Promise<number> => (await lstat(path.join(this.directory, of))).mtimeMs;
    const version = versionOf(name);
    if (version === 0) return (await writtenAt(name)) + LINGER_MS;
    const [stem] = name.split(".") as [string];
    if (names.some((other) => other.startsWith(stem) && versionOf(other) > version)) {
      // The next one may be gone: then this one was outdone before it.
      return (await writtenAt(`${stem}.${version + 1}`).catch(() => 0)) + LINGER_MS;
    }
    const lapsesAt = (await this.#read(name))?.expiresAt ?? 0;
    return Math.max(await writtenAt(name), lapsesAt) + LAPSED_LINGER_MS;
  }
}

/** 0 where it is a draft, or none of ours. */
function versionOf(name: string): number {
  return Number(NAME.exec(name)?.[1] ?? 0);
}

/** No key is a file name by itself: they hold slashes, and some file systems know no capitals. */
function stemOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 32);
}

/** Puts a whole file in its place, unless there is one. Where there are no hard links it may be seen half-written. */
async function linkNew(draft: string, file: string): Promise<void> {
  try {
    await link(draft, file);
  } catch (error) {
    if (hasCode(error, "EEXIST")) throw error;
    await copyFile(draft, file, constants.COPYFILE_EXCL);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return (error as { code?: unknown } | null)?.code === code;
}

function cacheFolder(): string {
  const { env, platform } = process;
  if (platform === "darwin") return inHome("Library/Caches");
  const given = platform === "win32" ? env["LOCALAPPDATA"] : env["XDG_CACHE_HOME"];
  // The base directory specification: one that is not absolute is to be ignored.
  if (given !== undefined && path.isAbsolute(given)) return given;
  return inHome(platform === "win32" ? "AppData/Local" : ".cache");
}

function inHome(folder: string): string {
  const home = homedir();
  // An empty HOME would put the files wherever the process happens to be.
  if (!path.isAbsolute(home)) throw new Error("The environment names no folder for caches");
  return path.join(home, folder);
}
