import type { GlucoseArchive } from "../../archive/archive.ts";
import { countOf } from "../counts.ts";
import { UsageError } from "../exit.ts";
import { isInteractive, type Io } from "../io.ts";
import { confirm } from "../prompt.ts";
import { momentOf, type Since } from "../since.ts";

/** Deletes the readings before a moment, if the person agrees. @throws {UsageError} If nobody can be asked. */
export async function pruneArchive(
  archive: GlucoseArchive,
  io: Io,
  { before, yes }: { readonly before: Since; readonly yes: boolean },
): Promise<void> {
  const moment = momentOf(before, io.clock.now());
  if (!yes) {
    if (!isInteractive(io))
      throw new UsageError("prune deletes readings: run it in a terminal to be asked, or add --yes.");
    let count = 0;
    for await (const { datetime } of archive.read({ to: moment })) count += Number(datetime < moment);
    const question = `Delete ${countOf(count, "reading")} before ${moment.toISOString().slice(0, 16)}Z?`;
    if (!(await confirm(io, question))) {
      io.stdout.write("Nothing was deleted.\n");
      return;
    }
  }
  const removed = await archive.remove({ before: moment });
  io.stdout.write(`${countOf(removed, "reading")} deleted.\n`);
}
