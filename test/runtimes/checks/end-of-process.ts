import { describeEndOfProcess } from "../../properties/leaks/end-of-process.ts";
import { OTHER_RUNTIMES } from "../../support/runtimes.ts";

describeEndOfProcess(OTHER_RUNTIMES);
