import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AlarmRules } from "../../src/alarms/index.ts";
import { Script } from "./script.ts";

type Case = readonly [title: string, rules: AlarmRules, steps: string, told: readonly string[]];

const LOW: AlarmRules = { low: true };
const URGENT: AlarmRules = { urgentLow: true };
const BOTH: AlarmRules = { urgentLow: true, low: true };
const HIGH: AlarmRules = { high: true };
const SOON: AlarmRules = { soon: true };
const SILENCE: AlarmRules = { noData: true, blind: true };

const TABLE: Readonly<Record<string, readonly Case[]>> = {
  low: [
    ["rings once at the crossing", LOW, "0:75 5:70 10:66 15:60", ["5 raised low"]],
    ["does not ring above the threshold", LOW, "0:75 5:71 10:71", []],
    ["rings for LOW, which is below every threshold", { low: { threshold: 40 } }, "0:75 5:39", ["5 raised low"]],
    ["stays quiet while the figure hovers at the line", LOW, "0:70 5:71 10:70 15:72 20:69 25:71", ["0 raised low"]],
    [
      "recovers at the second reading that is 5 mg/dL beyond",
      LOW,
      "0:68 5:75 10:75",
      ["0 raised low", "10 recovered low"],
    ],
    ["recovers after 15 minutes just beyond", LOW, "0:68 5:71 10:72 15:71 20:71", ["0 raised low", "20 recovered low"]],
    ["does not recover across a gap", LOW, "0:68 5:80 25:80", ["0 raised low"]],
    ["recovers at the second reading after a gap", LOW, "0:68 5:80 25:80 30:80", ["0 raised low", "30 recovered low"]],
    [
      "rings again for the next low",
      LOW,
      "0:68 5:80 10:80 15:65",
      ["0 raised low", "10 recovered low", "15 raised low"],
    ],
    ["reminds every 30 minutes", LOW, "0:68 … 65:68", ["0 raised low", "30 reminder low", "60 reminder low"]],
    ["goes on reminding without data", LOW, "0:68 t65", ["0 raised low", "30 reminder low", "60 reminder low"]],
    ["does not end without a reading", LOW, "0:68 t25 25:68 t29", ["0 raised low"]],
    ["waits for the condition to last", { low: { forMinutes: 15 } }, "0:68 5:68 10:68 15:68", ["15 raised low"]],
    [
      "starts waiting again after a return",
      { low: { forMinutes: 15 } },
      "0:68 5:68 10:71 15:68 20:68 25:68 30:68",
      ["30 raised low"],
    ],
    ["goes on waiting while readings are missing", { low: { forMinutes: 20 } }, "0:68 t30", ["20 raised low"]],
    [
      "raises nothing for a reading of 15 minutes ago, but tells that it was missed",
      LOW,
      "15<0:60 t25",
      ["20 missed low"],
    ],
    ["raises for a reading of 14 minutes ago", LOW, "14<0:60", ["14 raised low"]],
    ["raises nothing for a late reading", LOW, "0:100 10:100 11<5:60 12<6:61", []],
    ["counts a late reading in the return", LOW, "0:68 5:76 15:73 16<10:66 20:73 25:73", ["0 raised low"]],
    ["takes a reading that comes twice once", LOW, "0:68 5:75 6<5:75 7<5.1:75", ["0 raised low"]],
    [
      "does not ring again after a restart",
      LOW,
      "0:68 restart 5:66 restart t20 25:66 restart 30:66",
      ["0 raised low", "30 reminder low"],
    ],
    ["recovers after a restart", LOW, "0:68 5:75 restart 10:76", ["0 raised low", "10 recovered low"]],
    ["ignores that the clock goes back", LOW, "0:68 clock-60 t29 t31", ["0 raised low", "31 reminder low"]],
    ["has no reminder if none is wanted", { low: { remindMinutes: null } }, "0:68 t200", ["0 raised low"]],
  ],
  "urgent low": [
    ["rings at 55, beside low, and first", BOTH, "0:75 5:50", ["5 raised urgentLow", "5 raised low"]],
    [
      "reminds every 5 minutes, and every 30 once acknowledged",
      URGENT,
      "0:50 t10 ack:urgentLow t75",
      [
        "0 raised urgentLow",
        "5 reminder urgentLow",
        "10 reminder urgentLow",
        "40 reminder urgentLow",
        "70 reminder urgentLow",
      ],
    ],
    [
      "recovers alone, while low goes on",
      BOTH,
      "0:50 5:61 10:62",
      ["0 raised urgentLow", "0 raised low", "10 recovered urgentLow"],
    ],
    [
      "reminds for a reading at the threshold or below, not for one above it",
      URGENT,
      "0:50 5:56 t9 10:55 15:59 20:60 25:54 30:64 35:64",
      ["0 raised urgentLow", "10 reminder urgentLow", "25 reminder urgentLow", "35 recovered urgentLow"],
    ],
    [
      "reminds again when nothing follows the one reading above it",
      URGENT,
      "0:50 5:62 t26",
      ["0 raised urgentLow", "20 reminder urgentLow", "25 reminder urgentLow"],
    ],
    [
      "is not raised by the end of a snooze while the reading is above it",
      URGENT,
      "0:80 snooze:urgentLow:9 5:52 10:62 t14 15:53",
      ["15 raised urgentLow"],
    ],
    ["is not swallowed by a snooze of low", BOTH, "0:65 snooze:low:60 5:50", ["0 raised low", "5 raised urgentLow"]],
    [
      "tells once that it is LOW, in spite of a snooze",
      URGENT,
      "0:50 snooze:urgentLow:30 5:39 10:39",
      ["0 raised urgentLow", "5 worse urgentLow"],
    ],
    [
      "tells again that it is LOW after a figure",
      URGENT,
      "0:50 ack:urgentLow 5:39 ack:urgentLow 10:42 15:39",
      ["0 raised urgentLow", "5 worse urgentLow", "15 worse urgentLow"],
    ],
    ["is raised by LOW once, not made worse too", URGENT, "0:80 5:39", ["5 raised urgentLow"]],
    [
      "a snooze from before does not hide that it is LOW",
      BOTH,
      "0:90 snooze:urgentLow:30 snooze:low:60 5:39",
      ["5 raised urgentLow"],
    ],
    [
      "rings after 30 minutes of silence, however often it is snoozed",
      URGENT,
      "0:50 snooze:urgentLow:30 t20 snooze:urgentLow:30 t45 snooze:urgentLow:30 t61",
      ["0 raised urgentLow", "30 reminder urgentLow", "60 reminder urgentLow"],
    ],
  ],
  high: [
    ["rings at 250", HIGH, "0:240 5:250 10:260", ["5 raised high"]],
    ["rings for HIGH, which is above every threshold", { high: { threshold: 400 } }, "0:240 5:401", ["5 raised high"]],
    [
      "recovers at the second reading that is 5 mg/dL beyond",
      HIGH,
      "0:251 5:245 10:245",
      ["0 raised high", "10 recovered high"],
    ],
    [
      "does not remind while the reading is below",
      HIGH,
      "0:251 … 55:251 60:246 65:251",
      ["0 raised high", "65 reminder high"],
    ],
    ["reminds every hour", HIGH, "0:260 … 125:260", ["0 raised high", "60 reminder high", "120 reminder high"]],
    ["stops reminding without data, because it may be a low by now", HIGH, "0:260 … 40:260 t200", ["0 raised high"]],
    ["goes on with the next reading", HIGH, "0:260 … 40:260 t80 80:260", ["0 raised high", "80 reminder high"]],
    ["is not raised by time alone once the reading is old", { high: { forMinutes: 20 } }, "0:260 t40", []],
    ["counts the wait over missing readings", { high: { forMinutes: 20 } }, "0:260 25:260", ["25 raised high"]],
    ["rings beside urgent high", { high: true, urgentHigh: true }, "0:310", ["0 raised urgentHigh", "0 raised high"]],
  ],
  rates: [
    ["falling needs three readings", { falling: true }, "0:150 5:138", []],
    ["falling rings at 2 mg/dL a minute", { falling: true }, "0:150 5:140 10:130", ["10 raised falling"]],
    ["falling ignores a slower fall", { falling: true }, "0:150 5:141 10:132", []],
    [
      "falling below a value only",
      { falling: { below: 110 } },
      "0:150 5:138 10:126 15:114 20:102",
      ["20 raised falling"],
    ],
    ["falling is not taken across a gap", { falling: true }, "0:150 5:140 17:100", []],
    [
      "falling ends at the second reading without a fall",
      { falling: true },
      "0:150 5:140 10:130 15:130 20:130 25:130",
      ["10 raised falling", "20 recovered falling"],
    ],
    ["a late reading counts in the slope", { falling: true }, "0:150 10:130 11<5:140 15:120", ["15 raised falling"]],
    ["rising above a value only", { rising: { above: 180 } }, "0:150 5:162 10:174 15:186", ["15 raised rising"]],
    [
      "a slow rise over 45 minutes",
      { rising: { perMinute: 1, overMinutes: 45 } },
      "0:100 … 45:145",
      ["10 raised rising"],
    ],
    ["LOW has no slope", { falling: true }, "0:60 5:48 10:39", []],
  ],
  soon: [
    ["rings when the slope leads to 55 within 20 minutes", SOON, "0:100 5:92 10:84", ["10 raised soon"]],
    ["does not ring for a slope that ends above", SOON, "0:100 5:95 10:90", []],
    ["does not ring for a rise", SOON, "0:56 5:60 10:64", []],
    ["needs three readings", SOON, "0:100 5:80", []],
    ["predicts nothing across a gap", SOON, "0:100 12:80 13:79", []],
    ["predicts nothing from HIGH", SOON, "0:401 5:401 10:60", []],
    ["does not ring at the urgent low itself", SOON, "0:70 5:62 10:54", []],
    ["follows the threshold of urgentLow", { soon: true, urgentLow: { threshold: 70 } }, "0:106 5:101 10:96", []],
    ["ends when the fall is over", SOON, "0:100 5:92 10:84 15:84 20:86 25:88", ["10 raised soon", "20 recovered soon"]],
  ],
  silence: [
    ["no data after 20 minutes, and every 30 then", SILENCE, "0:120 t75", ["20 raised noData", "50 reminder noData"]],
    ["no data counts from the start if no reading ever came", SILENCE, "t1 t25", ["21 raised noData"]],
    ["no data ends with a fresh reading", SILENCE, "0:120 t25 25:118", ["20 raised noData", "25 recovered noData"]],
    [
      "no data does not end with an old reading",
      SILENCE,
      "0:120 t60 60<30:118 t61",
      ["20 raised noData", "50 reminder noData"],
    ],
    [
      "old readings of one batch raise no missing data",
      SILENCE,
      "0:120 t10 failed t60 60<30:118 60<35:118 60<60:118 t61",
      ["15 raised blind", "45 reminder blind", "60 recovered blind"],
    ],
    [
      "no data comes after 10 minutes if the last reading was below 70",
      SILENCE,
      "0:69 t45",
      ["10 raised noData", "40 reminder noData"],
    ],
    [
      "no data comes after 10 minutes during a predicted low",
      { ...SILENCE, ...SOON },
      "0:100 5:92 10:84 t25",
      ["10 raised soon", "20 raised noData"],
    ],
    ["no data after a low ignores an earlier snooze", SILENCE, "0:60 snooze:noData:180 t15", ["10 raised noData"]],
    [
      "no data after a low keeps to a snooze from then on",
      SILENCE,
      "0:60 t15 snooze:noData:120 t140",
      ["10 raised noData", "135 reminder noData"],
    ],
    ["a snooze for the warm-up holds", SILENCE, "0:120 snooze:noData:120 t119", []],
    ["a snooze from before the loss ends on time", SILENCE, "0:120 snooze:noData:30 t40", ["30 raised noData"]],
    [
      "blind after 15 minutes without a successful check",
      SILENCE,
      "0:120 t5 failed t50",
      ["15 raised blind", "45 reminder blind"],
    ],
    ["blind at once if the login is refused", SILENCE, "0:120 t5 refused t6", ["5 raised blind"]],
    ["a failure after a refusal does not take it back", SILENCE, "0:120 t5 refused t6 failed t7", ["5 raised blind"]],
    [
      "blind after 10 minutes if the last reading was below 70",
      SILENCE,
      "0:60 t5 failed t50",
      ["10 raised blind", "40 reminder blind"],
    ],
    [
      "blind ends with a successful check, and then no data rings",
      SILENCE,
      "0:120 t5 failed t30 checked t31",
      ["15 raised blind", "30 recovered blind", "31 raised noData"],
    ],
    ["blind if the checks that were reported stop", SILENCE, "0:120 t5 checked t21", ["20 raised blind"]],
    [
      "sensor loss is no blindness while checks succeed",
      SILENCE,
      "0:120 t10 checked t20 checked t30 checked t31",
      ["20 raised noData"],
    ],
    [
      "blind is restored after a restart",
      SILENCE,
      "0:120 t5 failed t20 restart t44 restart t46",
      ["15 raised blind", "45 reminder blind"],
    ],
    [
      "urgent low goes on while blind",
      { ...URGENT, ...SILENCE },
      "0:50 ack:urgentLow t3 failed t45",
      ["0 raised urgentLow", "10 raised blind", "30 reminder urgentLow", "40 reminder blind"],
    ],
  ],
  missed: [
    [
      "a low that only late readings show is told once",
      LOW,
      "0:100 20:100 21<5:68 21<10:60 21<15:66 25:100",
      ["25 missed low"],
    ],
    [
      "a low in an outage is told once, and raises nothing",
      LOW,
      "0:100 60<20:80 60<25:65 60<30:60 60<35:90 60<60:110",
      ["60 missed low"],
    ],
    [
      "two lows in an outage are told apart",
      LOW,
      "0:100 60<10:65 60<15:90 60<20:60 60<25:90 60<60:110",
      ["60 missed low", "60 missed low"],
    ],
    ["a low that goes on is raised, not missed", LOW, "0:100 60<50:65 60<55:62 60<60:60 65:60", ["60 raised low"]],
    [
      "late readings of a low that rang are not missed",
      LOW,
      "0:65 10:65 15:80 20:80 21<5:60 25:90",
      ["0 raised low", "20 recovered low"],
    ],
    ["a late LOW does not make it worse", LOW, "0:65 10:65 11<5:39 15:64", ["0 raised low"]],
    ["a late low without a next reading is told after 5 minutes", LOW, "0:100 10:100 11<5:60 t20", ["16 missed low"]],
    ["is not split by a restart", LOW, "0:100 20:100 21<5:68 restart 21<10:60 restart 25:100", ["25 missed low"]],
  ],
  clocks: [
    [
      "a reading dated ahead raises clock, and is judged",
      { clock: true, low: true },
      "5<65:60",
      ["5 raised low", "5 raised clock"],
    ],
    ["two minutes ahead is not ahead", { clock: true, low: true }, "5<7:60", ["5 raised low"]],
    ["a reading ahead makes no other late", LOW, "0:100 5<65:100 10:60", ["10 raised low"]],
    ["a reading ahead does not silence the next one", LOW, "0:100 5.3<65:100 5.4<5:60", ["5.4 raised low"]],
    [
      "clock ends with a reading of the right date",
      { clock: true },
      "5<65:100 10<70:100 15:100",
      ["5 raised clock", "15 recovered clock"],
    ],
    [
      "a phone that is ahead for good still rings and recovers",
      { clock: true, low: true },
      "0<60:100 5<65:60 10<70:80 15<75:80",
      ["0 raised clock", "5 raised low", "15 recovered low"],
    ],
    ["of several ahead that arrive at once the last counts", LOW, "5<60:60 5<65:100", ["5 raised low"]],
    [
      "the clock set back makes no reading old, and clock tells",
      { low: true, clock: true },
      "0:100 clock-60 5:60 10:60",
      ["5 raised low", "5 raised clock"],
    ],
    ["the clock set ahead is told as missing data", SILENCE, "0:100 clock+60 t1", ["1 raised noData"]],
  ],
  snoozes: [
    ["silences one rule alone", { low: true, high: true }, "0:68 snooze:low:60 t59", ["0 raised low"]],
    ["reminds when it is over", LOW, "0:68 snooze:low:60 t61", ["0 raised low", "60 reminder low"]],
    ["raises when it is over, if it hid the raise", LOW, "0:90 snooze:low:20 5:68 t25", ["20 raised low"]],
    ["hides a low that is over by then, and its recovery", LOW, "0:90 snooze:low:60 5:68 10:80 15:80 t70", []],
    [
      "ends at the recovery",
      LOW,
      "0:68 snooze:low:60 5:80 10:80 15:68",
      ["0 raised low", "10 recovered low", "15 raised low"],
    ],
    ["holds over a restart", LOW, "0:68 snooze:low:60 restart t59 restart t61", ["0 raised low", "60 reminder low"]],
    ["is ended by 0", LOW, "0:68 snooze:low:60 t40 snooze:low:0 t41", ["0 raised low", "41 reminder low"]],
    [
      "an acknowledged high reminds at its interval",
      HIGH,
      "0:260 ack:high 5:260 … 65:260",
      ["0 raised high", "60 reminder high"],
    ],
    [
      "an acknowledgement ends at the recovery",
      URGENT,
      "0:50 ack:urgentLow 5:70 10:70 15:50 t20",
      ["0 raised urgentLow", "10 recovered urgentLow", "15 raised urgentLow", "20 reminder urgentLow"],
    ],
  ],
};

for (const [topic, cases] of Object.entries(TABLE)) {
  describe(topic, () => {
    for (const [title, rules, steps, told] of cases) {
      test(title, () => assert.deepEqual(Script.lines(rules, steps), told));
    }
  });
}
