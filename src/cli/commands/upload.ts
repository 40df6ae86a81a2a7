import { Option } from "commander";
import type { GlucoseArchive } from "../../archive/archive.ts";
import { openFile } from "../archive/open-file.ts";
import { accountOf, findPlace, stateOf } from "../archive/place.ts";
import { openCache } from "../cache.ts";
import { credentialsFor, makeClient } from "../connection.ts";
import type { PartialCredentials } from "../credentials.ts";
import { EXIT } from "../exit.ts";
import type { Io } from "../io.ts";
import { narrator } from "../narrator.ts";
import { connectionOptions, wholeNumber, type ConnectionOptions } from "../options.ts";
import type { Subcommand } from "../subcommand.ts";
import { findTarget, type Target } from "../target.ts";
import type { SiteOptions } from "../upload/site.ts";

interface UploadOptions extends ConnectionOptions, SiteOptions {
  readonly once?: boolean | undefined;
  readonly check?: boolean | undefined;
}

const MAX_BATCH_SIZE = 288;

export const upload: Subcommand<UploadOptions> = {
  name: "upload",
  summary: "each reading to a Nightscout, until Ctrl-C",
  options: [
    new Option("--to <url>", "address of the Nightscout (default: NIGHTSCOUT_URL)"),
    new Option("--once", "upload the last day and what the archive holds, and end"),
    new Option("--check", "test the address and the secret, and upload nothing").conflicts("once"),
    new Option("--batch-size <n>", "entries in a request; 9 or less for a clock that takes uploads").argParser(
      wholeNumber(1, MAX_BATCH_SIZE),
    ),
    new Option("--allow-local-http", "let --to be http in the local network, such as a clock"),
    ...connectionOptions,
  ],
  notes: `The API secret comes from NIGHTSCOUT_SECRET, or an access token from NIGHTSCOUT_TOKEN; in a terminal the command asks for it. A
refused secret is sent once.

What the site has is not uploaded again. Outages of either side are waited for, and then filled: up to 24 hours, or as far as the
archive goes if it is on. With --simulate the address must be one of this machine.`,
  async run(options, io) {
    // Loaded only here: other subcommands do not pay for it.
    const { openSite } = await import("../upload/site.ts");
    const { countReadings, uploadNarrator } = await import("../upload/narrator.ts");
    const target = await findTarget(options, io);
    const uploader = await openSite(options, target, io, uploadNarrator(io));
    if (options.check) {
      const { canRead, canWrite } = await uploader.verify({ signal: io.signal });
      io.stdout.write(`The credentials are right. Read: ${yesNo(canRead)}. Write: ${yesNo(canWrite)}.\n`);
      return EXIT.OK;
    }
    const credentials = await credentialsFor(target, io);
    const dexcom = makeClient(target, credentials, io, openCache(options, io).cache, { onEvent: narrator(io) });
    const archive = await openArchive(target, credentials, io);
    try {
      if (options.once) {
        const { uploadOnce } = await import("../upload/once.ts");
        const { uploaded, present } = await uploadOnce(dexcom, uploader, { archive, signal: io.signal });
        io.stdout.write(`${countReadings(uploaded)} uploaded, ${present} were there\n`);
      } else {
        const { bridge } = await import("../../nightscout/bridge.ts");
        await bridge(dexcom, uploader, { archive, signal: io.signal });
      }
    } finally {
      await archive?.close();
    }
    return EXIT.OK;
  },
};

/** Opens the archive of the account, if it is on. */
async function openArchive(
  target: Target,
  credentials: PartialCredentials,
  io: Io,
): Promise<GlucoseArchive | undefined> {
  const account = accountOf(credentials);
  if (target.isSimulated || account === undefined) return undefined;
  const place = findPlace(target, account, io);
  return stateOf(place) === "on" ? openFile(place.file, io.clock) : undefined;
}

function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}
