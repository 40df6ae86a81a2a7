/** The suite as a program: prints its results as JSON and ends by itself. */
import { runSuite } from "./index.ts";

/** Node, Bun and Deno all have it. */
declare const process: { readonly argv: readonly string[] };

console.log(JSON.stringify(await runSuite(process.argv.at(-1)!)));
