import type { RingEvent } from "../../alarms/alarm-event.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import { EXIT } from "../exit.ts";
import type { Io } from "../io.ts";
import { Announcer } from "./announcer.ts";
import { findProgram } from "./program.ts";

/** Rings once, marked as a test, through the bell, the line and the program. Returns the exit code. */
export async function ringTest(
  {
    unit,
    json,
    onAlarm,
  }: { readonly unit: GlucoseUnit; readonly json?: boolean | undefined; readonly onAlarm?: string | undefined },
  io: Io,
): Promise<number> {
  const program = onAlarm === undefined ? undefined : await findProgram(onAlarm, io.env);
  const at = new Date(io.clock.now());
  const event: RingEvent = {
    type: "raised",
    rule: "urgentLow",
    priority: "urgent",
    at,
    reading: { mgDl: 52, datetime: at },
    ageMs: 0,
    active: ["urgentLow"],
  };
  const announcer = new Announcer(io, { unit, json, program, isTest: true });
  announcer.print(event, undefined);
  try {
    await announcer.run(event);
    return EXIT.OK;
  } catch {
    return EXIT.FAILURE;
  }
}
