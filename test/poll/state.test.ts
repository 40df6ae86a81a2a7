import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ArgumentError, Dexcom } from "../../src/index.ts";
import { readMemory, writeMemory } from "../../src/poll/memory-text.ts";
import { startMemory, type PollMemory } from "../../src/poll/poll-memory.ts";
import { poll, type PollState } from "../../src/poll/index.ts";
import type { ReadingInput } from "../../src/simulator/index.ts";
import { numbersFrom } from "../support/seeded.ts";
import { DAY_MS, makeWorld, MINUTE_MS, range, readings, SLOT_MS, START_MS, USER } from "../watch/world.ts";
import { pollLoop, stored } from "./steps.ts";

const ID = "99999999-9999-4999-8999-999999999999";

async function firstState(): Promise<{ state: PollState; dexcom: Dexcom; world: ReturnType<typeof makeWorld> }> {
  const world = makeWorld(readings(-300, 20));
  const steps = pollLoop(world.clock, () => world.dexcom);
  await world.clock.advance(30 * MINUTE_MS);
  return { state: stored(steps.state())!, dexcom: world.dexcom, world };
}

describe("the size of a state", () => {
  const random = numbersFrom(7);
  /** A day and more at the given distance, with times that differ by up to 2 s from the grid. */
  const everyMs = (spacingMs: number): ReadingInput[] =>
    range(-10, (1.2 * DAY_MS) / spacingMs).map((index) => {
      const time = START_MS + index * spacingMs + Math.floor((random() - 0.5) * 4000);
      return { mgDl: 60 + Math.floor(random() * 200), datetime: time, availableAt: time + 15_000 };
    });
  const ahead = (given: ReadingInput[]): ReadingInput[] =>
    given.map((each) => ({ ...each, datetime: Number(each.datetime) + 2 * 3_600_000 }));
  const cases: [what: string, given: ReadingInput[], maxBytes: number][] = [
    ["is at most 2 KB after a day of readings every five minutes", everyMs(SLOT_MS), 2048],
    ["is at most 6 KB after a day of readings every minute", everyMs(MINUTE_MS), 6144],
    ["is at most 2 KB after a day of a phone whose clock is ahead by two hours", ahead(everyMs(SLOT_MS)), 2048],
  ];
  for (const [what, given, maxBytes] of cases) {
    it(what, async () => {
      const { clock, dexcom } = makeWorld(given);
      const steps = pollLoop(clock, () => dexcom);
      await clock.advance(1.2 * DAY_MS);
      const sizes = steps.steps.map(({ state }) => Buffer.byteLength(JSON.stringify(state)));
      assert.ok(steps.delivered.length > 300, `${steps.delivered.length} readings`);
      const largest = Math.max(...sizes);
      assert.ok(largest <= maxBytes, `${largest} bytes`);
    });
  }
});

describe("the text of a state", () => {
  const full: PollMemory = {
    follow: {
      time: { at: START_MS, doubtMs: -5, isOwn: true },
      schedule: { delayMs: 18_000, stepMs: 300, run: 3, isMissRun: true, batches: 2, ageMs: -7 },
      tracker: {
        watermark: START_MS - DAY_MS,
        delivered: [START_MS - DAY_MS, START_MS - SLOT_MS, START_MS],
        ahead: [{ time: START_MS + 365 * DAY_MS, mgDl: 401 }, { time: 0 }, { time: START_MS, mgDl: 39 }],
        scannedAt: START_MS + 1,
        isDense: true,
      },
    },
    leadMs: -365 * DAY_MS,
    dueAt: START_MS + SLOT_MS,
    waitMs: SLOT_MS,
    failures: 7,
    coolDownMs: 600_000,
    workedAt: START_MS,
    isRefused: true,
  };
  /** Marks are numbers in the text, and absent fields may be `undefined`. */
  const plain = (memory: PollMemory | undefined): unknown =>
    JSON.parse(JSON.stringify(memory, (_, value: unknown) => (value === 1 ? true : value)));

  for (const [what, memory] of [
    ["of a first step", startMemory()],
    ["with every field", full],
  ] as const) {
    it(`${what} comes back as it was`, () => {
      assert.deepEqual(plain(readMemory(writeMemory(memory))), plain(memory));
    });
  }

  it("is refused if a character or a number is missing, added or no part of the alphabet", () => {
    const text = writeMemory(full);
    for (const wrong of ["", text.slice(0, -1), `${text}A`, text.replace("B", "!"), "€"]) {
      assert.equal(readMemory(wrong), undefined, wrong);
    }
    assert.equal(readMemory(`${"_".repeat(40)}A`), undefined);
  });
});

describe("a text of a state with numbers that no step writes", () => {
  const start = startMemory();
  const { schedule } = start.follow;
  for (const [what, memory] of [
    ["has no wait", { ...start, waitMs: undefined }],
    ["has a negative wait", { ...start, waitMs: -1 }],
    ["has no delay", { ...start, follow: { ...start.follow, schedule: { ...schedule, delayMs: undefined } } }],
    ["has no step", { ...start, follow: { ...start.follow, schedule: { ...schedule, stepMs: 0 } } }],
    // Its age would grow without end in the next step, and writing it would never end.
    ["has a reading but no time", { ...start, follow: { ...start.follow, schedule: { ...schedule, ageMs: 300_000 } } }],
  ] as const) {
    it(`is damaged if it ${what}`, () => {
      assert.equal(readMemory(writeMemory(memory as unknown as PollMemory)), undefined);
    });
  }
});

describe("a state that comes back", () => {
  const tampered: [what: string, change: (state: PollState) => unknown, message: RegExp][] = [
    ["is text", (state) => JSON.stringify(state), /^state must be an object/],
    ["is a number", () => 5, /^state must be an object/],
    ["is an empty text", () => "", /^state must be an object/],
    ["is false", () => false, /^state must be an object/],
    ["is a list", () => [], /^state is damaged/],
    ["is empty", () => ({}), /^state is damaged/],
    ["is of a later version", (state) => ({ ...state, version: 2 }), /^state is of a later version/],
    ["is of no version", ({ data, check, account }) => ({ data, check, account }), /^state is damaged/],
    ["is of a version that never was", (state) => ({ ...state, version: 0 }), /^state is damaged/],
    ["has no data", (state) => ({ ...state, data: undefined }), /^state is damaged/],
    ["has data of another kind", (state) => ({ ...state, data: [1] }), /^state is damaged/],
    ["is cut off", (state) => ({ ...state, data: state.data.slice(0, -5) }), /^state is damaged/],
    [
      "has the check of another state",
      (state) => ({ ...state, check: `${state.check.slice(1)}A` }),
      /^state is damaged/,
    ],
    [
      "has another key",
      (state) => ({ ...state, account: `A${state.account.slice(1)}` }),
      /^state is damaged, or of another account/,
    ],
    ["has no key", (state) => ({ ...state, account: "" }), /^state is damaged, or of another account/],
  ];
  for (const [what, change, message] of tampered) {
    it(`and ${what} is an ArgumentError, and nothing is sent`, async () => {
      const { state, dexcom, world } = await firstState();
      const sent = world.simulator.requests.length;
      const given = change(state) as PollState;
      await assert.rejects(
        poll(dexcom, given),
        (error) => error instanceof ArgumentError && message.test(error.message),
      );
      assert.equal(world.simulator.requests.length, sent);
    });
  }

  it("is refused after each change of one character", async () => {
    const { state, dexcom } = await firstState();
    for (const name of ["account", "data", "check"] as const) {
      for (let index = 0; index < state[name].length; index++) {
        const other = state[name][index] === "B" ? "C" : "B";
        const text = state[name].slice(0, index) + other + state[name].slice(index + 1);
        await assert.rejects(poll(dexcom, { ...state, [name]: text }), ArgumentError, `${name} ${index}`);
      }
    }
  });

  const { fetch } = makeWorld([]).simulator;
  const others: [what: string, options: object, isSame: boolean][] = [
    ["another user name", { ...USER, username: "other@example.com" }, false],
    ["an account id", { accountId: ID, password: USER.password }, false],
    ["another region", { ...USER, region: "ous" }, false],
    ["the user name in capitals", { ...USER, username: USER.username.toUpperCase() }, true],
    ["a new password", { ...USER, password: "another" }, true],
  ];
  for (const [what, options, isSame] of others) {
    it(`is ${isSame ? "accepted" : "refused"} from a client with ${what}`, async () => {
      const { state, world } = await firstState();
      const other = new Dexcom({ ...options, fetch, clock: world.own } as never);
      const step = poll(other, state);
      if (isSame) assert.equal((await step).readings.length, 0);
      else
        await assert.rejects(step, {
          name: "ArgumentError",
          message: /^state is damaged, or of another account/,
        });
    });
  }

  it("is accepted after a store has put its fields in another order", async () => {
    const { state, dexcom } = await firstState();
    const { version, account, data, check } = state;
    assert.deepEqual((await poll(dexcom, { check, data, account, version })).readings, []);
  });

  it("holds no user name, password, session id or figure, and no two look alike", async () => {
    const { state, world, dexcom } = await firstState();
    const text = JSON.stringify(state);
    for (const secret of ["someone", "example", USER.password]) assert.ok(!text.includes(secret));
    const other = await world.clock.runUntil(poll(dexcom));
    assert.notEqual(other.state.account, state.account);
  });
});
