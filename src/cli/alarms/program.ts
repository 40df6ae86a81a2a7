import { spawn } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import path from "node:path";
import type { AlarmEvent } from "../../alarms/alarm-event.ts";
import { formatAlarm } from "../../alarms/format-alarm.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import { UsageError } from "../exit.ts";
import type { Io } from "../io.ts";

/** A program that takes longer is killed, and counts as failed. */
const MAX_RUN_MS = 10_000;

/** Event as a program receives it. */
export interface ProgramInput {
  readonly event: AlarmEvent;
  readonly unit: GlucoseUnit;
  /** The event is a test. The program delivers it like any other. */
  readonly isTest?: true;
}

/** One line for a person, in the unit of the command. */
export function textOf({ event, unit, isTest }: ProgramInput): string {
  return `${isTest ? "TEST: " : ""}${formatAlarm(event, unit)}`;
}

/**
 * Finds a program by its path, or by its name on the PATH.
 *
 * @throws {UsageError} If there is no such program, so that a slip shows at the start and not with the first alarm.
 */
export async function findProgram(name: string, env: Io["env"]): Promise<string> {
  const isPath = /[\\/]/.test(name);
  const folders = isPath ? [""] : (env["PATH"] ?? env["Path"] ?? "").split(path.delimiter).filter(Boolean);
  const endings = process.platform === "win32" ? ["", ".exe", ".com"] : [""];
  for (const file of folders.flatMap((folder) => endings.map((ending) => path.resolve(folder, name + ending)))) {
    if (await isProgram(file)) return file;
  }
  throw new UsageError("--on-alarm: There is no such program, or it is not executable.");
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs the program without a shell: the event is JSON on stdin, and its main fields are in the environment.
 *
 * @throws {Error} If it can't be started, fails, or takes longer than 10 seconds.
 */
export function runProgram(
  file: string,
  input: ProgramInput,
  { env, maxRunMs = MAX_RUN_MS }: { readonly env: Io["env"]; readonly maxRunMs?: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [], {
      env: { ...withoutCredentials(env), ...variablesOf(input) },
      stdio: ["pipe", "ignore", "ignore"],
      windowsHide: true,
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), maxRunMs);
    const end = (failure?: string): void => {
      clearTimeout(timer);
      if (failure === undefined) resolve();
      else reject(new Error(failure));
    };
    child.on("error", ({ code }: NodeJS.ErrnoException) => end(`it can't be started (${code ?? "unknown"})`));
    // Not `close`: a process that the program leaves behind may hold the pipe open.
    child.on("exit", (code, signal) => {
      if (code === 0) end();
      else if (code === null) end(child.killed ? `it took longer than ${maxRunMs / 1000} s` : `signal ${signal ?? ""}`);
      else end(`exit code ${code}`);
    });
    // A program that does not read its stdin closes the pipe.
    child.stdin.on("error", () => undefined);
    child.stdin.end(
      `${JSON.stringify({ ...input.event, text: textOf(input), ...(input.isTest && { isTest: true }) })}\n`,
    );
  });
}

/** Leaves out every variable of this command: the password is one of them. */
function withoutCredentials(env: Io["env"]): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^DEXCOM_/i.test(name)));
}

function variablesOf(input: ProgramInput): Record<string, string> {
  const { event } = input;
  const reading = "reading" in event ? event.reading : undefined;
  return {
    ALARM_TEXT: textOf(input),
    ALARM_TYPE: event.type,
    ALARM_PRIORITY: event.priority,
    ...("rule" in event && { ALARM_RULE: event.rule }),
    ...(reading && { ALARM_MG_DL: String(reading.mgDl) }),
    ...(input.isTest && { ALARM_TEST: "1" }),
  };
}
