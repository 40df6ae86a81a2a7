/** Measures what the library costs and prints each figure beside its limit. Over a limit is told, not an exit code. */
import { measureBundle } from "./bundle.ts";
import { table } from "./figure.ts";
import { measureRead } from "./reads.ts";
import { measureStartups } from "./startup.ts";

const figures = [await measureBundle(), ...measureStartups(), await measureRead(288, 1.8, 1.5), await measureRead(1, 1.6, 1.6)];
console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}\n`);
console.log(table(figures));
