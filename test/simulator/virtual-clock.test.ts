import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { turnOf, type TurningScope } from "../../src/simulator/clock/turn.ts";
import { VirtualClock } from "../../src/simulator/clock/virtual-clock.ts";

describe("the virtual clock", () => {
  test("stands still by itself and starts at the given time", async () => {
    const clock = new VirtualClock(1000);
    void clock.sleep(0);
    await new Promise(setImmediate);
    assert.equal(clock.now(), 1000);
    assert.equal(clock.sleeping, 1);
    assert.equal(new VirtualClock().now(), Date.UTC(2026, 0, 1, 12));
  });

  test("wakes sleepers in the order of their times, equal times in the order they went to sleep", async () => {
    const clock = new VirtualClock(0);
    const woken: [string, number][] = [];
    for (const [name, ms] of Object.entries({ late: 300, a: 100, b: 100, soon: 50, c: 100, none: -1, nan: NaN })) {
      void clock.sleep(ms).then(() => woken.push([name, clock.now()]));
    }
    await clock.advance(200);
    assert.deepEqual(woken, [
      ["none", 0],
      ["nan", 0],
      ["soon", 50],
      ["a", 100],
      ["b", 100],
      ["c", 100],
    ]);
    assert.equal(clock.now(), 200);
  });

  test("advance also wakes sleepers that begin on the way, and stops exactly at its end", async () => {
    const clock = new VirtualClock(5);
    let naps = 0;
    void (async () => {
      for (;;) {
        await clock.sleep(7);
        for (let step = 0; step < 20; step++) await Promise.resolve();
        naps++;
      }
    })();
    await clock.advance(70);
    assert.equal(naps, 10);
    assert.equal(clock.now(), 75);
    await clock.advance(0.5);
    assert.equal(clock.now(), 75.5);
  });

  test("a sleep that is aborted is gone and rejects with the reason itself", async () => {
    const clock = new VirtualClock(0);
    const controller = new AbortController();
    const reason = { why: "enough" };
    const sleep = clock.sleep(100, controller.signal);
    controller.abort(reason);
    await assert.rejects(sleep, (thrown) => thrown === reason);
    assert.equal(clock.sleeping, 0);
    await assert.rejects(clock.sleep(100, controller.signal), (thrown) => thrown === reason);
    assert.equal(clock.sleeping, 0);
  });

  test("a sleep that has ended leaves nothing on its signal", async () => {
    const clock = new VirtualClock(0);
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal) as (...rest: unknown[]) => void;
    const remove = signal.removeEventListener.bind(signal) as (...rest: unknown[]) => void;
    Object.assign(signal, {
      addEventListener: (...rest: unknown[]) => (listeners++, add(...rest)),
      removeEventListener: (...rest: unknown[]) => (listeners--, remove(...rest)),
    });
    void clock.sleep(10, signal);
    assert.equal(listeners, 1);
    await clock.advance(10);
    assert.equal(listeners, 0);
  });

  test("does not move while something is held", async () => {
    const clock = new VirtualClock(0);
    let finish: (value: string) => void = () => undefined;
    const held = clock.hold(new Promise<string>((resolve) => (finish = resolve)));
    let seen = -1;
    void clock.sleep(10).then(() => (seen = clock.now()));
    let moved = false;
    const move = clock.advance(10).then(() => (moved = true));
    for (let turns = 0; turns < 30; turns++) await new Promise(setImmediate);
    assert.deepEqual([clock.now(), seen, moved], [0, -1, false]);
    finish("done");
    assert.equal(await held, "done");
    await move;
    assert.deepEqual([clock.now(), seen], [10, 10]);
  });

  test("code that awaits held work may sleep before the clock moves on", async () => {
    const clock = new VirtualClock(0);
    const order: string[] = [];
    void clock.sleep(5).then(() => order.push("at 5"));
    void (async () => {
      await clock.hold(new Promise((resolve) => setTimeout(resolve, 5)));
      await clock.hold(new Promise((resolve) => setTimeout(resolve, 5)));
      await clock.sleep(1);
      order.push("at 1");
    })();
    await clock.advance(5);
    assert.deepEqual(order, ["at 1", "at 5"]);
  });

  test("something held that fails holds no longer", async () => {
    const clock = new VirtualClock(0);
    await assert.rejects(clock.hold(Promise.reject(new Error("no"))), /no/);
    await clock.advance(1);
    assert.equal(clock.now(), 1);
  });

  test("runUntil goes from sleeper to sleeper and stops when the promise settles", async () => {
    const clock = new VirtualClock(0);
    void clock.sleep(1_000_000);
    const nap = async (): Promise<string> => {
      await clock.sleep(300_000);
      await clock.sleep(300_000);
      return "up";
    };
    assert.equal(await clock.runUntil(nap()), "up");
    assert.equal(clock.now(), 600_000);
    assert.equal(clock.sleeping, 1);
  });

  test("runUntil rejects with the reason of the promise", async () => {
    const clock = new VirtualClock(0);
    const reason = new Error("no");
    const fail = clock.sleep(5).then(() => Promise.reject(reason));
    await assert.rejects(clock.runUntil(fail), (thrown) => thrown === reason);
    assert.equal(clock.now(), 5);
  });

  test("runUntil returns although something else stays held", async () => {
    const clock = new VirtualClock(0);
    void clock.hold(new Promise(() => undefined));
    assert.equal(await clock.runUntil(new Promise((resolve) => setTimeout(resolve, 5, "real"))), "real");
  });

  test("runUntil says so when nothing is left that could settle the promise", async () => {
    const clock = new VirtualClock(0);
    void clock.sleep(Infinity);
    await assert.rejects(clock.runUntil(new Promise(() => undefined)), /can't settle: nothing waits/);
    await clock.advance(1);
  });

  test("runUntil has patience with something real that nobody holds", async () => {
    const clock = new VirtualClock(0);
    const work = new Promise((resolve) => setTimeout(resolve, 20)).then(() => clock.sleep(1000));
    await clock.runUntil(work);
    assert.equal(clock.now(), 1000);
  });

  test("is moved by one at a time", async () => {
    const clock = new VirtualClock(0);
    const first = clock.advance(10);
    await assert.rejects(clock.advance(1), /already being moved/);
    await assert.rejects(clock.runUntil(Promise.resolve()), /already being moved/);
    await first;
    assert.equal(clock.now(), 10);
  });

  for (const ms of [-1, NaN, Infinity]) {
    test(`advance(${ms}) is refused`, async () => {
      await assert.rejects(new VirtualClock(0).advance(ms), { name: "ArgumentError" });
    });
  }

  test("a time of day that is no number is refused, by the argument's name", () => {
    const clock = new VirtualClock(5);
    assert.throws(() => new VirtualClock(NaN), { name: "ArgumentError", message: /^startMs / });
    assert.throws(() => clock.setNow(Infinity), { name: "ArgumentError", message: /^nowMs / });
    assert.throws(() => clock.jump(NaN), { name: "ArgumentError", message: /^ms / });
    assert.throws(() => clock.withOffset(NaN), { name: "ArgumentError", message: /^aheadMs / });
    assert.equal(clock.now(), 5);
  });

  test("elapsed time starts at 0 and grows with each move", async () => {
    const clock = new VirtualClock(1000);
    assert.equal(clock.elapsed(), 0);
    await clock.advance(10);
    await clock.runUntil(clock.sleep(5));
    assert.equal(clock.elapsed(), 15);
    assert.equal(clock.now(), 1015);
  });

  test("setting the time of day lets no time elapse and shortens no sleep", async () => {
    const clock = new VirtualClock(1000);
    const woken: number[] = [];
    void clock.sleep(100).then(() => woken.push(clock.elapsed()));
    await clock.advance(40);
    clock.setNow(86_400_000);
    assert.deepEqual([clock.now(), clock.elapsed()], [86_400_000, 40]);
    await clock.advance(59);
    assert.deepEqual(woken, []);
    clock.jump(-86_000_000);
    assert.deepEqual([clock.now(), clock.elapsed()], [400_059, 99]);
    await clock.advance(1);
    assert.deepEqual(woken, [100]);
    assert.equal(clock.now(), 400_060);
  });

  test("the clock of another machine shares the time that elapses but not the time of day", async () => {
    const clock = new VirtualClock(1000);
    await clock.advance(10);
    const other = clock.withOffset(-60);
    assert.deepEqual([other.now(), other.elapsed(), other instanceof VirtualClock], [950, 10, true]);
    const order: string[] = [];
    void other.sleep(20).then(() => order.push("other"));
    void clock.sleep(10).then(() => order.push("own"));
    assert.deepEqual([clock.sleeping, other.sleeping], [2, 2]);
    await clock.advance(20);
    assert.deepEqual(order, ["own", "other"]);
    assert.deepEqual([clock.now(), other.now(), other.elapsed()], [1030, 970, 30]);
    other.setNow(5);
    clock.jump(1);
    assert.deepEqual([clock.now(), other.now()], [1031, 5]);
    let isFinished = false;
    const held = other.hold(new Promise<void>((resolve) => setTimeout(resolve, 5)));
    void held.then(() => (isFinished = true));
    await clock.advance(1);
    assert.equal(isFinished, true, "a hold on one clock keeps the other still");
  });

  test("a thousand sleepers wake in order, whatever the order in which they went to sleep", async () => {
    const clock = new VirtualClock(0);
    const woken: number[] = [];
    for (let index = 0; index < 1000; index++) {
      const ms = (index * 7919) % 1009;
      void clock.sleep(ms).then(() => woken.push(ms));
    }
    await clock.advance(1009);
    assert.equal(woken.length, 1000);
    assert.deepEqual(
      woken,
      woken.toSorted((a, b) => a - b),
    );
  });

  test("a day of polls is a day on the clock", async () => {
    const clock = new VirtualClock(0);
    const day = (async () => {
      for (let poll = 0; poll < 288; poll++) await clock.sleep(300_000);
    })();
    await clock.runUntil(day);
    assert.equal(clock.now(), 86_400_000);
  });
});

/** As in workerd: what is posted arrives in the same turn, in the middle of what is pending. */
class HastyChannel {
  readonly port1: { onmessage?: () => void; close(): void } = { close: () => undefined };
  readonly port2: { postMessage(): void } = { postMessage: () => queueMicrotask(() => this.port1.onmessage?.()) };
}

describe("a turn of the event loop", () => {
  const { setImmediate: immediate, MessageChannel, setTimeout } = globalThis;
  const scopes = {
    setImmediate: { setImmediate: immediate, setTimeout },
    MessageChannel: { MessageChannel, setTimeout },
    "MessageChannel, and that a hasty one,": { MessageChannel: HastyChannel, setTimeout },
    setTimeout: { setTimeout },
  };
  for (const [name, scope] of Object.entries(scopes)) {
    test(`lets everything pending run if there is only ${name}`, async () => {
      let ran = 0;
      const chain = async (): Promise<void> => {
        for (; ran < 50; ran++) await Promise.resolve();
      };
      void chain();
      await turnOf(scope as unknown as TurningScope)();
      assert.equal(ran, 50);
    });
  }
});
