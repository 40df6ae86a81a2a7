import type { Tone } from "../paint.ts";

/** Dots of a braille cell, by column and by row from the top: bits of U+2800. */
const BRAILLE = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

export const DOTS_ACROSS = 2;
export const DOTS_DOWN = 4;

/** One character of the picture. */
export interface Cell {
  readonly text: string;
  readonly tone: Tone | undefined;
}

/** A rectangle of characters in which dots are set, each an eighth of a character. */
export class Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly #dots: Uint8Array;
  readonly #tones: (Tone | undefined)[];

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#dots = new Uint8Array(columns * rows);
    this.#tones = [];
  }

  /** Sets the dot `x` from the left and `y` from the top. The character takes the tone of its last dot. */
  set(x: number, y: number, tone: Tone): void {
    const index = Math.floor(y / DOTS_DOWN) * this.columns + Math.floor(x / DOTS_ACROSS);
    this.#dots[index]! |= BRAILLE[x % DOTS_ACROSS]![y % DOTS_DOWN]!;
    this.#tones[index] = tone;
  }

  /** Sets the dots from one point to another, both included; `toneAt` gives the tone at a height. */
  line(from: readonly [x: number, y: number], to: readonly [x: number, y: number], toneAt: (y: number) => Tone): void {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const steps = Math.max(Math.abs(dx), Math.abs(dy), 1);
    for (let step = 0; step <= steps; step++) {
      const y = Math.round(from[1] + (dy * step) / steps);
      this.set(Math.round(from[0] + (dx * step) / steps), y, toneAt(y));
    }
  }

  /** Returns the character at a place; `undefined` if no dot is set. */
  at(column: number, row: number, isAscii: boolean): Cell | undefined {
    const index = row * this.columns + column;
    const dots = this.#dots[index]!;
    if (dots === 0) return undefined;
    return { text: isAscii ? asciiOf(dots) : String.fromCodePoint(0x2800 + dots), tone: this.#tones[index] };
  }
}

const UPPER_HALF = 0x01 | 0x02 | 0x08 | 0x10;

/** Shows dots on a terminal without braille: in the upper half, in the lower, or in both. */
function asciiOf(dots: number): string {
  if ((dots & UPPER_HALF) === 0) return ".";
  return (dots & ~UPPER_HALF) === 0 ? "'" : ":";
}
