import type { GlucoseArchive } from "../../archive/archive.ts";
import type { GlucosePoint } from "../../glucose/glucose-point.ts";
import type { PartialCredentials } from "../credentials.ts";
import type { Io } from "../io.ts";
import { PROGRAM } from "../program-name.ts";
import type { Target } from "../target.ts";
import { openFile } from "./open-file.ts";
import { accountOf, findPlace, stateOf, type ArchivePlace } from "./place.ts";

/** Readings that wait for an archive which can't be written: ten days. */
const MAX_PENDING = 2880;

/**
 * Keeps the readings that a subcommand shows, if the archive of their account is on. It never rejects: a person who
 * follows the readings must see them, even if they can't be kept.
 */
export class Recorder {
  readonly #io: Io;
  readonly #place: ArchivePlace | undefined;
  #archive: GlucoseArchive | undefined;
  #pending: GlucosePoint[] = [];
  /** The last failure that was told: the same one is told once. */
  #told = "";

  constructor(target: Target, credentials: PartialCredentials, io: Io) {
    this.#io = io;
    this.#place = target.isSimulated ? undefined : placeOrNone(target, credentials, io);
  }

  /** Keeps readings. Those that can't be kept are tried again with the next ones. */
  async keep(readings: readonly GlucosePoint[]): Promise<void> {
    const place = this.#place;
    // At each call: another run may have turned it on or off.
    if (place === undefined || stateOf(place) !== "on") return;
    this.#pending = [...this.#pending, ...readings].slice(-MAX_PENDING);
    const work = this.#write(place);
    await (this.#io.clock.hold?.(work) ?? work);
  }

  /** Keeps readings after which there are no more. */
  async keepAll(readings: readonly GlucosePoint[]): Promise<void> {
    await this.keep(readings);
    await this.close();
  }

  async close(): Promise<void> {
    await this.#archive?.close();
  }

  async #write(place: ArchivePlace): Promise<void> {
    try {
      this.#archive ??= await openFile(place.file, this.#io.clock);
      await this.#archive.add(this.#pending);
      this.#pending = [];
      if (this.#told !== "") this.#tell("the archive keeps readings again");
      this.#told = "";
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== this.#told) this.#tell(`not kept in the archive: ${message}`);
      this.#told = message;
    }
  }

  #tell(text: string): void {
    this.#io.stderr.write(`${PROGRAM}: ${text}\n`);
  }
}

/** Without a folder for data there is no archive that could be on. */
function placeOrNone(target: Target, credentials: PartialCredentials, io: Io): ArchivePlace | undefined {
  const account = accountOf(credentials);
  try {
    return account === undefined ? undefined : findPlace(target, account, io);
  } catch {
    return undefined;
  }
}
