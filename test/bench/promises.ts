/** The figures that the bench prints and what each may be. */
import { ENTRIES, SIZE_TOLERANCE } from "../support/entries.ts";

export interface Promised {
  readonly name: string;
  readonly unit: string;
  /** What it is held against: the bare way to do the same, measured in the same run, or a fixed budget. */
  readonly beside: string;
  /** What the figure itself may be, in `unit`. */
  readonly most?: number;
  /** How many times what it is held against it may be. */
  readonly mostRatio?: number;
  /** Every machine gets the same, or nearly: over its limit it fails the run. Times never do, a machine may be busy. */
  readonly isExact?: boolean;
}

type SizeId = `size of ${string}`;
export type Id =
  | SizeId
  | "import"
  | "require"
  | "command"
  | `read ${1 | 288}`
  | `loopback ${1 | 288} ${"p50" | "p99"}`
  | `${"new" | "idle"} client`
  | `${"idle" | "day"} watch`
  | `crowd ${"rate" | "heap"}`
  | `day ${"requests" | "logins"}`;

const EMPTY = "empty process";
const STUB = "stub fetch + JSON.parse";
const FETCH = "fetch + JSON.parse";
const BY_HAND = "the same posts by hand";

const OTHERS: Readonly<Record<Exclude<Id, SizeId>, Promised>> = {
  import: { name: "`import`, more than an empty process", unit: "ms", beside: EMPTY, most: 3 },
  require: { name: "`require`, more than an empty process", unit: "ms", beside: EMPTY, most: 3 },
  command: { name: "start of the command, more than an empty process", unit: "ms", beside: EMPTY, most: 60 },
  "read 1": { name: "read of 1 record", unit: "µs", beside: STUB, mostRatio: 1.6 },
  "read 288": { name: "read of 288 records", unit: "µs", beside: STUB, mostRatio: 1.8 },
  "loopback 1 p50": { name: "read of 1 record over loopback HTTP, p50", unit: "µs", beside: FETCH, mostRatio: 1.15 },
  "loopback 1 p99": { name: "read of 1 record over loopback HTTP, p99", unit: "µs", beside: FETCH },
  "loopback 288 p50": {
    name: "read of 288 records over loopback HTTP, p50",
    unit: "µs",
    beside: FETCH,
    mostRatio: 1.3,
  },
  "loopback 288 p99": { name: "read of 288 records over loopback HTTP, p99", unit: "µs", beside: FETCH },
  "new client": { name: "heap of a client that is made", unit: "bytes", beside: "budget", most: 4096, isExact: true },
  "idle client": { name: "heap of a client that has read", unit: "bytes", beside: "budget", most: 4096, isExact: true },
  "idle watch": {
    name: "heap of a `watch()` that waits",
    unit: "bytes",
    beside: "budget",
    most: 6144,
    isExact: true,
  },
  "day watch": {
    name: "heap of a `watch()` that has delivered a day",
    unit: "bytes",
    beside: "budget",
    most: 6144,
    isExact: true,
  },
  "crowd rate": {
    name: "10,000 clients that log in and read at once, by the simulator",
    unit: "reads/s",
    beside: BY_HAND,
  },
  "crowd heap": { name: "heap while these await their readings", unit: "MB", beside: BY_HAND },
  "day requests": {
    name: "requests of a day of five-minute polling",
    unit: "requests",
    beside: "polls",
    most: 290,
    isExact: true,
  },
  "day logins": { name: "logins of that day", unit: "login", beside: "at least", most: 1, isExact: true },
};

/** Figures with a row in README.md beside this file. Sizes are recorded in `test/support/entries.ts`, and only there. */
export const ON_PAGE: ReadonlyMap<Id, Promised> = new Map(Object.entries(OTHERS) as [Id, Promised][]);

/** In the order of the printed table. */
export const PROMISES: ReadonlyMap<Id, Promised> = new Map<Id, Promised>([
  ...ENTRIES.map(({ specifier, imports, bytes }): [Id, Promised] => {
    const what = imports ? `\`{ ${imports.join(", ")} }\` of \`${specifier}\`` : `\`${specifier}\``;
    return [
      `size of ${specifier}`,
      {
        name: `${what}, minified, gzip`,
        unit: "bytes",
        beside: "recorded",
        most: Math.floor(bytes * (1 + SIZE_TOLERANCE)),
        isExact: true,
      },
    ];
  }),
  ...ON_PAGE,
]);
