/** `npm run page`: writes the script and the style sheet of the page. */
import { writeFileSync } from "node:fs";
import { ASSETS_FILE, makeAssets } from "./make.ts";

writeFileSync(ASSETS_FILE, await makeAssets());
