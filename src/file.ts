import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import process from "node:process";
import { SessionStore, type SessionStoreOptions } from "./session-store.ts";

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
}

/** One of ours: digest of the key, version. */
const NAME = /^[\da-f]{32}\.([1-9]\d{0,14})$/;
/** One of ours, or half of one. */
const OURS = /^[\da-f]{32}\.(\d+|[\da-f-]+\.tmp)$/;
/** Half-written files, left where a process was killed, and files whose time has lapsed go after this long. */
const LINGER_MS = 60_000;
/** How many strangers' files are looked at when one is written. */
const MOST_LOOKED_AT = 32;
/** Others write too; not even fifty processes make one lose so often. */
const MOST_TRIES = 100;

/**
 * Keeps sessions in files, for the processes of one machine: one of them logs in while the others wait, and a refused
 * password is posted by one. For Node, Bun and Deno. A file is readable by its owner alone, and sealed besides.
 *
 * A change of a value is a new file of the next version, made by linking it to a name that only one process can take;
 * the old file then goes. So there is nothing to lock, and nothing to mend after a process that was killed.
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
    this.#given = directory;
  }

  /** The folder of the files. Found out at each use: what tells of it may be missing, and a constructor does no I/O. */
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
    return newest.value === from && (await this.#add(stem, newest.version + 1, to, ttlMs));
  }

  async #put(stem: string, value: string | null, ttlMs: number): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const { version } = await this.#newest(stem);
      if (await this.#add(stem, version + 1, value, ttlMs)) return;
    }
    throw new Error("Other processes write without end");
  }

  async #newest(stem: string): Promise<Newest> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const version = Math.max(0, ...(await this.#versions(stem)));
      if (version === 0) return { version, value: null };
      const content = await this.#read(`${stem}.${version}`);
      // Gone: another process has just written a newer one.
      if (content === undefined) continue;
      return { version, value: content.expiresAt > Date.now() ? content.value : null };
    }
    throw new Error("Other processes write without end");
  }

  async #versions(stem: string): Promise<number[]> {
    const names = await this.#names();
    return names.flatMap((name) => (name.startsWith(`${stem}.`) ? Number(NAME.exec(name)?.[1] ?? 0) : []));
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.directory);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return [];
      throw error;
    }
  }

  /** `undefined` where there is no such file; one that holds anything else than we write is one without a value. */
  async #read(name: string): Promise<Content | undefined> {
    let text: string;
    try {
      text = await readFile(path.join(this.directory, name), "utf8");
    } catch (error) {
      if (hasCode(error, "ENOENT")) return undefined;
      throw error;
    }
    try {
      const { value, expiresAt } = Object(JSON.parse(text)) as Partial<Record<keyof Content, unknown>>;
      if (typeof value === "string" && typeof expiresAt === "number") return { value, expiresAt };
    } catch {
      // No JSON.
    }
    return { value: null, expiresAt: 0 };
  }

  /** Resolves to whether this process, and no other, made the version. */
  async #add(stem: string, version: number, value: string | null, ttlMs: number): Promise<boolean> {
    const { directory } = this;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const content: Content = { value, expiresAt: Date.now() + ttlMs };
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
    const versions = await this.#versions(stem);
    // The newest never goes, so one that is newer says that ours came too late: the version was taken, outdone and gone.
    if (versions.some((other) => other > version)) {
      await rm(file, { force: true });
      return false;
    }
    const outdone = versions.filter((other) => other < version).map((old) => `${stem}.${old}`);
    // What can't be removed does no harm.
    await Promise.allSettled([...outdone.map((name) => rm(path.join(directory, name))), this.#tidy()]);
    return true;
  }

  /** Removes what nobody will ask for: sealed under a password that was changed, or left by a process that was killed. */
  async #tidy(): Promise<void> {
    const names = (await this.#names()).filter((name) => OURS.test(name));
    const start = Math.floor(Math.random() * names.length);
    for (const name of [...names.slice(start), ...names.slice(0, start)].slice(0, MOST_LOOKED_AT)) {
      const file = path.join(this.directory, name);
      const { mtimeMs } = await stat(file);
      const lapsesAt = name.endsWith(".tmp") ? 0 : ((await this.#read(name))?.expiresAt ?? 0);
      if (Math.max(mtimeMs, lapsesAt) + LINGER_MS < Date.now()) await rm(file);
    }
  }
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
  if (platform === "darwin") return path.join(homedir(), "Library/Caches");
  if (platform === "win32") return env["LOCALAPPDATA"] ?? path.join(homedir(), "AppData/Local");
  // The base directory specification: one that is not absolute is to be ignored.
  const given = env["XDG_CACHE_HOME"];
  return given !== undefined && path.isAbsolute(given) ? given : path.join(homedir(), ".cache");
}
