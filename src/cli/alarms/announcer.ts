import type { AlarmEvent } from "../../alarms/alarm-event.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import type { Io } from "../io.ts";
import { painterFor, type Tone } from "../paint.ts";
import { PROGRAM } from "../program-name.ts";
import { toPrintableJson } from "../text.ts";
import { formatLocal } from "../times.ts";
import { runProgram, textOf } from "./program.ts";

const BELL = "\u0007";
const TONES: Readonly<Record<AlarmEvent["priority"], Tone>> = { urgent: "bad", warning: "warning", info: "good" };

export interface AnnouncerOptions {
  readonly unit: GlucoseUnit;
  readonly json?: boolean | undefined;
  /** Path of the program that each event is given to. */
  readonly program?: string | undefined;
  readonly isTest?: true | undefined;
}

/** Tells of events: a line and a bell, and a program. */
export class Announcer {
  readonly #io: Io;
  readonly #options: AnnouncerOptions;

  constructor(io: Io, options: AnnouncerOptions) {
    this.#io = io;
    this.#options = options;
  }

  /** Prints an event. @param timezone UTC offset of the wearer. */
  print(event: AlarmEvent, timezone: string | undefined): void {
    const { stdout, env } = this.#io;
    const { json, isTest } = this.#options;
    if (event.type !== "recovered" && event.priority !== "info") this.#ring();
    if (json) {
      stdout.write(`${toPrintableJson({ ...event, text: this.#text(event), ...(isTest && { isTest }) })}\n`);
      return;
    }
    const mark = painterFor(stdout, env)(TONES[event.priority], event.priority.toUpperCase().padEnd(7));
    stdout.write(`${formatLocal(event.at, timezone)}  ${mark}  ${this.#text(event)}\n`);
  }

  /** Gives an event to the program. @throws {Error} If the program fails. */
  async run(event: AlarmEvent): Promise<void> {
    const { unit, program, isTest } = this.#options;
    if (program === undefined) return;
    try {
      await runProgram(program, { event, unit, ...(isTest && { isTest }) }, this.#io);
    } catch (error) {
      this.#ring();
      this.#io.stderr.write(`${PROGRAM}: --on-alarm: The program failed: ${(error as Error).message}\n`);
      throw error;
    }
  }

  #text(event: AlarmEvent): string {
    const { unit, isTest } = this.#options;
    return textOf({ event, unit, ...(isTest && { isTest }) });
  }

  /** Only a terminal has a bell. In a file it would be a stray character. */
  #ring(): void {
    const { stdout, stderr } = this.#io;
    const terminal = [stdout, stderr].find(({ isTTY }) => isTTY === true);
    terminal?.write(BELL);
  }
}
