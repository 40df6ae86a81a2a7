import { readFile, rename, writeFile } from "node:fs/promises";
import type { AlarmState } from "../../alarms/alarm-state.ts";
import { UsageError } from "../exit.ts";
import type { Io } from "../io.ts";
import { PROGRAM } from "../program-name.ts";

/** File that keeps the state of the alarms over restarts. */
export class StateFile {
  readonly #file: string;
  readonly #io: Io;
  /** The last failure that was told: the same one is told once. */
  #told = "";

  constructor(file: string, io: Io) {
    this.#file = file;
    this.#io = io;
  }

  /** Returns the text of the file; `undefined` if it does not exist yet. @throws {UsageError} If it can't be read. */
  async read(): Promise<string | undefined> {
    try {
      return await readFile(this.#file, "utf8");
    } catch (error) {
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return undefined;
      throw new UsageError(`--alarm-state: The file can't be read (${code}).`);
    }
  }

  /** Writes the state in one step. A failure is told once, and stops no alarm. */
  async write(state: AlarmState): Promise<void> {
    const next = `${this.#file}.new`;
    try {
      await writeFile(next, JSON.stringify(state), { mode: 0o600 });
      await rename(next, this.#file);
      this.#told = "";
    } catch (error) {
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      if (code !== this.#told)
        this.#io.stderr.write(`${PROGRAM}: --alarm-state: The file can't be written (${code}).\n`);
      this.#told = code;
    }
  }
}
