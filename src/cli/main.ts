#!/usr/bin/env node
import { main } from "./process.ts";

await main();
