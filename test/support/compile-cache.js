/**
 * Loaded before each test file, hence without types: Node keeps what it has compiled of a source, its types stripped,
 * for the next process that loads it. Not under coverage, which functions from the cache would make less exact.
 */
import { enableCompileCache } from "node:module";
import path from "node:path";
import { env } from "node:process";

if (env.NODE_V8_COVERAGE === undefined && env.NODE_COMPILE_CACHE === undefined) {
  // For the processes that a test starts, too.
  env.NODE_COMPILE_CACHE = path.join(import.meta.dirname, "../../node_modules/.cache/tests");
  enableCompileCache(env.NODE_COMPILE_CACHE);
}
