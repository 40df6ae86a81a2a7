/**
 * Posts and failed reads of many processes that start at once, for each state of store and service.
 *
 * `npm run bench:stores -- --processes=30 --store=healthy --service=fast --kind=file`; default: thirty, all cells.
 */
import { parseArgs } from "node:util";
import { buildReaderProgram } from "../../stores/reader-process.ts";
import { isPossible, runCell, SERVICE_STATES, STORE_STATES, type Cell, type Kind } from "./matrix.ts";

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "30" },
    store: { type: "string" },
    service: { type: "string" },
    kind: { type: "string" },
  },
});
const cells: Cell[] = (["redis", "file"] satisfies Kind[]).flatMap((kind) =>
  STORE_STATES.flatMap((store) =>
    SERVICE_STATES.flatMap((service) => [true, false].map((isRight) => ({ kind, store, service, isRight }))),
  ),
);
const isWanted = (cell: Cell): boolean =>
  isPossible(cell) &&
  (["store", "service", "kind"] as const).every((name) => (values[name] ?? cell[name]) === cell[name]);

const program = await buildReaderProgram();
try {
  console.log("store | state | service | password | posts | lost | readings | failed reads");
  for (const cell of cells.filter(isWanted)) {
    const { posts, lost, readings, failures } = await runCell(program, cell, Number(values.processes));
    const failed = Object.entries(failures).map(([code, count]) => `${count} ${code}`);
    const { kind, store, service, isRight } = cell;
    const row = [kind, store, service, isRight ? "right" : "wrong", posts, lost, readings, failed.join(", ") || "0"];
    console.log(row.join(" | "));
  }
} finally {
  await program.remove();
}
