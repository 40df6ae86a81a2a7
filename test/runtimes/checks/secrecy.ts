import { describeSecrecy } from "../../properties/secrecy/on-runtimes.ts";
import { OTHER_RUNTIMES } from "../../support/runtimes.ts";

describeSecrecy(OTHER_RUNTIMES);
