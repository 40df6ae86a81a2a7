/** An entry as the simulated Nightscout keeps it: with every field that it was posted with, and its own. */
export interface SimulatedEntry {
  readonly _id: string;
  /** In milliseconds since the Unix epoch. */
  readonly date: number;
  readonly dateString: string;
  readonly sysTime: string;
  readonly mills: number;
  readonly utcOffset: number;
  readonly [field: string]: unknown;
}

type Given = Readonly<Record<string, unknown>>;

const COMPARE: Readonly<Record<string, (value: number | string, operand: number | string) => boolean>> = {
  $gt: (value, operand) => value > operand,
  $gte: (value, operand) => value >= operand,
  $lt: (value, operand) => value < operand,
  $lte: (value, operand) => value <= operand,
  $eq: (value, operand) => value === operand,
  $ne: (value, operand) => value !== operand,
};

const DEFAULT_COUNT = 10;
const FIND = /^find\[(\w+)\](?:\[(\$\w+)\])?$/;

/** Entries of the simulated Nightscout. */
export class EntryStore {
  readonly #entries = new Map<string, SimulatedEntry>();
  #ids = 0;

  /** Entries in order of time. */
  get all(): readonly SimulatedEntry[] {
    return [...this.#entries.values()].sort((one, other) => one.date - other.date);
  }

  /**
   * Stores what was posted, unchecked. An entry of the same instant and type is overwritten; one that is a millisecond
   * off is another one. Without a date an entry gets the present.
   */
  put(given: Given, nowMs: number): SimulatedEntry {
    const date = instantOf(given) ?? nowMs;
    const time = new Date(date).toISOString();
    const key = `${date} ${String(given["type"])}`;
    const _id = this.#entries.get(key)?._id ?? (++this.#ids).toString(16).padStart(24, "0");
    const entry = { ...given, _id, date, dateString: time, sysTime: time, mills: date, utcOffset: 0 };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Finds entries, newest first. */
  find(parameters: URLSearchParams, type?: string): SimulatedEntry[] {
    const conditions = [...parameters].flatMap(([name, operand]) => {
      const [, field, operator = "$eq"] = FIND.exec(name) ?? [];
      const holds = Object.hasOwn(COMPARE, operator) ? COMPARE[operator] : undefined;
      if (field === undefined || holds === undefined) return [];
      return [(entry: SimulatedEntry) => holds(comparable(entry[field]), numeric(field) ? Number(operand) : operand)];
    });
    const count = Number(parameters.get("count") ?? DEFAULT_COUNT);
    return [...this.all]
      .reverse()
      .filter((entry) => (type === undefined || entry["type"] === type) && conditions.every((holds) => holds(entry)))
      .slice(0, Number.isSafeInteger(count) && count > 0 ? count : DEFAULT_COUNT);
  }
}

function instantOf({ date, dateString }: Given): number | undefined {
  const ms = typeof date === "number" ? date : Date.parse(String(dateString));
  return Number.isNaN(new Date(ms).getTime()) ? undefined : ms;
}

function comparable(value: unknown): number | string {
  return typeof value === "number" ? value : String(value);
}

function numeric(field: string): boolean {
  return ["date", "mills", "sgv"].includes(field);
}
