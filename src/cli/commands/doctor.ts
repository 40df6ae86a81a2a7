import { Option } from "commander";
import { EXIT, UsageError } from "../exit.ts";
import { connectionOptions, jsonOption } from "../options.ts";
import { painterFor, type Paint } from "../paint.ts";
import { toPrintableJson } from "../text.ts";
import type { Subcommand } from "../subcommand.ts";
import type { DiagnosisOptions } from "../doctor/diagnose.ts";
import { firstFailed, STEP_CODES, type Step } from "../doctor/step.ts";

interface DoctorOptions extends DiagnosisOptions {
  readonly json?: boolean | undefined;
}

const NOTES = `What it prints may be shown to anybody: no name, id, password or glucose is in it.
It logs in once at most. Exit codes: 0, or that of the first step that failed:
${Object.entries(STEP_CODES)
  .filter(([name]) => name !== "versions" && name !== "regions")
  .map(([name, code]) => `  ${String(code)} ${name}`)
  .join("\n")}`;

export const doctor: Subcommand<DoctorOptions> = {
  name: "doctor",
  summary: "what works and what does not, step by step, to be pasted in public",
  options: [
    ...connectionOptions,
    new Option("--try-regions", "if the login is refused, ask whether to try it once in each other region").conflicts(
      "baseUrl",
    ),
    jsonOption,
  ],
  notes: NOTES,
  async run({ json = false, ...options }, io) {
    if (options.tryRegions && options.baseUrl !== undefined) {
      throw new UsageError("--try-regions can't be used with DEXCOM_BASE_URL.");
    }
    const { diagnose } = await import("../doctor/diagnose.ts");
    const paint = painterFor(io.stdout, io.env);
    const steps = await diagnose(options, io, (step) => {
      if (!json) io.stdout.write(toText(step, paint));
    });
    const failure = firstFailed(steps);
    const exitCode = failure === undefined ? EXIT.OK : STEP_CODES[failure.name];
    if (json)
      io.stdout.write(
        `${toPrintableJson({ ok: failure === undefined, failedStep: failure?.name ?? null, exitCode, steps }, 2)}\n`,
      );
    else
      io.stdout.write(
        failure === undefined ? "\nAll is well.\n" : `\nFailed at: ${failure.name} (exit code ${String(exitCode)})\n`,
      );
    return exitCode;
  },
};

const TONES = { ok: "good", warning: "warning", failed: "bad", skipped: "faint" } as const;
const STATUS_WIDTH = 7;
const NAME_WIDTH = 11;

function toText({ status, name, summary, advice = [] }: Step, paint: Paint): string {
  const line = `${paint(TONES[status], status.padEnd(STATUS_WIDTH))}  ${name.padEnd(NAME_WIDTH)}  ${summary}\n`;
  return line + advice.map((text) => `${" ".repeat(STATUS_WIDTH + 2)}- ${text}\n`).join("");
}
