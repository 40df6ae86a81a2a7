/**
 * `prepare` and `prepack`: builds dist if it is older than its sources, for an installation from git and for `npm pack` in
 * a fresh clone. `npm ci` does not build: nothing that it is run for needs dist.
 */
import { ensureBuilt } from "../support/built.ts";

if (process.env["npm_command"] !== "ci") ensureBuilt();
