import { mkdir, mkdtemp, rmdir } from "node:fs/promises";
import path from "node:path";
import { FileSessionStore } from "../stores/file.ts";
import { MemorySessionCache, type SessionCache } from "../session/session-cache.ts";
import type { SessionStore } from "../session/session-store.ts";
import { failed, ok, type Finding } from "./doctor/step.ts";
import type { Io } from "./io.ts";
import { NewLoginStore } from "./new-login-store.ts";
import type { ConnectionOptions } from "./options.ts";

/** Cache of the command's session. Nothing else decides the place. */
export interface CommandCache {
  readonly cache: SessionCache | SessionStore;
  /** Opens a cache for a client that must log in: it holds no session, but what was refused. */
  openForLogin(): SessionCache | SessionStore;
  /** Tells `doctor` if it works. Says neither its content nor its path, which may hold a name. */
  describe(): Promise<Finding>;
}

/** In files, but for a simulated service, whose sessions end with the process, and for who asked for `--no-cache`. */
export function openCache({ simulate, cache }: ConnectionOptions, io: Io): CommandCache {
  return simulate || cache === false ? inMemory(io) : inFiles(io);
}

function inMemory({ clock }: Io): CommandCache {
  const open = (): MemorySessionCache => new MemorySessionCache(clock);
  return {
    cache: open(),
    openForLogin: open,
    describe: () => Promise.resolve(ok("not used: the session ends with this run")),
  };
}

function inFiles({ cacheDirectory: directory }: Io): CommandCache {
  const cache = new FileSessionStore({ directory });
  return {
    cache,
    openForLogin: () => new NewLoginStore({ directory }),
    async describe() {
      try {
        await mkdir(cache.directory, { recursive: true, mode: 0o700 });
        // The folder may be there and take nothing: read-only, full, another user's.
        await rmdir(await mkdtemp(path.join(cache.directory, "doctor-")));
        return ok("in files of this user's folder for caches, which takes them");
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? "no folder";
        return failed(
          `files can't be written to this user's cache folder (${code})`,
          [
            "Until they can be, every run logs in again: readings come, but many runs in a row may lock the account.",
            "The folder is $XDG_CACHE_HOME or ~/.cache, ~/Library/Caches on macOS, %LOCALAPPDATA% on Windows: this user must be able to write there.",
            "--no-cache says that it is meant so.",
          ],
          { code },
        );
      }
    },
  };
}
