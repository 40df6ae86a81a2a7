import { readNumbers, writeNumbers } from "./number-text.ts";
import { isPossible, startMemory, type PollMemory } from "./poll-memory.ts";

/** Expected distance of two readings: what is written is the difference to it. */
const SPACING_MS = 300_000;
const DENSE_SPACING_MS = 60_000;
/** A day does not have so many readings. */
const MAX_LENGTH = 10_000;

type Optional = number | undefined;
/** Takes a number of a state, and returns the one that the new state has in its place. */
type Visit = (number: Optional) => Optional;

/** Writes the numbers of a state. Fractions of a millisecond are rounded off. */
export function writeMemory(memory: PollMemory): string {
  const numbers: Optional[] = [];
  mapNumbers(memory, (number) => {
    numbers.push(number);
    return number;
  });
  return writeNumbers(numbers);
}

/** Reads what `writeMemory` has written; `undefined` for another text. */
export function readMemory(text: string): PollMemory | undefined {
  const numbers = readNumbers(text);
  let position = 0;
  const memory = mapNumbers(startMemory(), () => numbers[position++]);
  const isWhole = position === numbers.length && !numbers.some(Number.isNaN);
  return isWhole && isPossible(memory) ? memory : undefined;
}

/** Visits the numbers of a state in a fixed order: to write them, and to read them. `true` is 1, and `false` is 0. */
function mapNumbers({ follow: { time, schedule, tracker }, ...memory }: PollMemory, visit: Visit): PollMemory {
  const mapFields = (object: object | undefined, names: readonly string[]): Record<string, number> => {
    const fields = names.map(
      (name) => [name, visit(round((object as Record<string, unknown> | undefined)?.[name]))] as const,
    );
    return Object.fromEntries(fields.filter((field): field is [string, number] => field[1] !== undefined));
  };
  const mapList = (list: readonly Optional[], spacing: number): Optional[] => {
    const length = Math.min(visit(list.length)!, MAX_LENGTH);
    let [before, after] = [-spacing, -spacing];
    return Array.from({ length }, (_, index) => {
      const number = round(list[index]);
      const delta = visit(number === undefined ? number : number - before - spacing);
      before = number ?? before;
      after += delta === undefined ? 0 : delta + spacing;
      return delta === undefined ? delta : after;
    });
  };
  const fields = mapFields(memory, ["leadMs", "dueAt", "waitMs", "failures", "coolDownMs", "workedAt", "isRefused"]);
  const newTime = mapFields(time, ["at", "doubtMs", "isOwn"]);
  const newSchedule = mapFields(schedule, ["delayMs", "stepMs", "run", "isMissRun", "batches", "ageMs"]);
  const newTracker = mapFields(tracker, ["watermark", "scannedAt", "isDense"]);
  const spacing = newTracker["isDense"] ? DENSE_SPACING_MS : SPACING_MS;
  const delivered = mapList(tracker.delivered, spacing);
  const { ahead } = tracker;
  const figures = mapList(
    ahead.map(({ mgDl }) => mgDl),
    0,
  );
  const instants = mapList(
    ahead.map((reading) => reading.time),
    spacing,
  );
  return {
    ...fields,
    follow: {
      ...("at" in newTime && { time: newTime }),
      schedule: { ...newSchedule, isMissRun: newSchedule["isMissRun"] === 1 },
      tracker: {
        ...newTracker,
        delivered,
        ahead: instants.map((instant, index) => ({ time: instant, mgDl: figures[index] })),
      },
    },
  } as unknown as PollMemory;
}

/** Also makes a number of a mark. */
function round(value: unknown): Optional {
  return value === undefined ? value : Math.round(Number(value));
}
