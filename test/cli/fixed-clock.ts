/** The command as a process on which it is always the same moment, so that what it prints can be stored. */
import { main } from "../../src/cli/process.ts";
import { fixedClock } from "./moment.ts";

await main(fixedClock);
