import { createAlarms, DEFAULT_RULES, formatAlarm, replay, watchAlarms } from "dexcom-share-ts/alarms";
import { generateReadings } from "dexcom-share-ts/simulator";
import { equal, simulated, type Case } from "./case.ts";

const DAY_MS = 86_400_000;
const FROM = Date.UTC(2026, 2, 20);
const MINUTE_MS = 60_000;

export const ALARMS: readonly Case[] = [
  [
    "an alarm rings once, over a restart as well, and says so in words",
    async () => {
      const at = (minute: number, mgDl: number) => ({ mgDl, datetime: new Date(FROM + minute * MINUTE_MS) });
      const first = createAlarms({ urgentLow: true }, { unit: "mg/dL" });
      const raised = first.update(at(0, 39), FROM);
      equal(
        raised.map((event) => formatAlarm(event)),
        ["Urgent low: LOW"],
      );
      const second = createAlarms({ urgentLow: true }, { unit: "mg/dL", state: JSON.stringify(first.state) });
      equal(second.update(at(4, 39), FROM + 4 * MINUTE_MS), []);
    },
  ],
  [
    "a fortnight rings the same everywhere",
    async () => {
      const points = generateReadings({ from: FROM, to: FROM + 14 * DAY_MS, seed: 7 });
      const { rules, lows } = replay(DEFAULT_RULES, points, { unit: "mg/dL" });
      equal(
        rules.map(({ rule, raised, reminders }) => [rule, raised, reminders]),
        [
          ["urgentLow", 7, 43],
          ["low", 12, 14],
          ["high", 3, 10],
          ["soon", 13, 0],
          ["blind", 0, 0],
          ["noData", 3, 3],
          ["clock", 0, 0],
        ],
      );
      equal(lows.length, 12);
    },
  ],
  [
    "watchAlarms() yields readings and events, and ends on an abort",
    async () => {
      const { dexcom, clock, run } = simulated({}, { scenario: "low" });
      const controller = new AbortController();
      const seen = new Set<string>();
      const options = { unit: "mg/dL", clock, signal: controller.signal } as const;
      const follow = async (): Promise<void> => {
        for await (const item of watchAlarms(dexcom, DEFAULT_RULES, options)) {
          seen.add("rule" in item ? `${item.type} ${item.rule}` : item.type);
          if (seen.has("raised urgentLow")) controller.abort();
        }
      };
      await run(follow());
      equal(seen.has("reading") && seen.has("raised low"), true);
      equal(clock.sleeping, 0);
    },
  ],
];
