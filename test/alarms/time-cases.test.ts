import type { AlarmRules } from "../../src/alarms/index.ts";
import { testCases } from "./script-cases.ts";

const LOW: AlarmRules = { low: true };
const URGENT: AlarmRules = { urgentLow: true };
const HIGH: AlarmRules = { high: true };
const SOON: AlarmRules = { soon: true };
const SILENCE: AlarmRules = { noData: true, blind: true };

testCases({
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
    [
      "a reading that was dated by a clock which has been set back since makes no other late",
      LOW,
      "0:120 clock+600 5<605:120 clock-600 restart 10:65 15:60",
      ["10 raised low"],
    ],
    [
      "nor does it end the low that came before it",
      LOW,
      "0:65 clock+600 5<605:120 clock-600 10:66 15:64 t40",
      ["0 raised low", "10 reminder low", "40 reminder low"],
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
});
