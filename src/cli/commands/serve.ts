import { Option } from "commander";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import { openReader } from "../connection.ts";
import { EXIT, UsageError } from "../exit.ts";
import type { Io } from "../io.ts";
import { connectionOptions, unitOption, wholeNumber, type ConnectionOptions } from "../options.ts";
import type { ServedPage } from "../serve/listen.ts";
import { parsePublicUrl } from "../serve/public-url.ts";
import { describeSite, nightscoutAccess } from "../serve/nightscout.ts";
import type { Subcommand } from "../subcommand.ts";
import { untilAborted } from "../until-aborted.ts";

interface ServeOptions extends ConnectionOptions {
  readonly unit: GlucoseUnit;
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly publicUrl?: URL | undefined;
  readonly archive?: boolean | undefined;
  readonly open?: boolean | undefined;
  readonly nightscout?: boolean | undefined;
}

const DEFAULT_PORT = 8484;
/** Days that the page shows of an archive. */
const ARCHIVE_DAYS = 90;

export const serve: Subcommand<ServeOptions> = {
  name: "serve",
  summary: "a live page, JSON and pictures for browsers, until Ctrl-C",
  options: [
    new Option("--port <n>", `default: ${DEFAULT_PORT}; 0 for any that is free`).argParser(wholeNumber(0, 65_535)),
    new Option("--host <address>", "address to listen on (default: 127.0.0.1, for this machine only)"),
    new Option("--public-url <url>", "address at which a proxy shows the page; a token is needed").argParser(
      parsePublicUrl,
    ),
    new Option("--archive", "show up to 90 days from the archive of the account, and follow without viewers"),
    new Option("--open", "open the page in the browser"),
    new Option("--nightscout", "serve clocks, watch faces and followers that read a Nightscout, too"),
    ...connectionOptions,
    unitOption,
  ],
  notes: `With --host or --public-url, a token is needed: that of DEXCOM_WEB_TOKEN, or one that is made and printed once. It
speaks plain HTTP: for the internet, put a proxy with TLS in front, and give its address by --public-url.

--nightscout serves the reads of Nightscout's API to whoever knows NIGHTSCOUT_SECRET or NIGHTSCOUT_TOKEN. Without either, a token is
made and printed once.

The page is no medical device and wakes nobody: keep the alarms of the official app on.`,
  async run({ unit, port = DEFAULT_PORT, host = "127.0.0.1", publicUrl, archive, open, nightscout, ...options }, io) {
    // Loaded only here: the other subcommands need no server.
    const [{ createHandler }, { accessFor }, { clientAddress }, { listen }, { recordedSource }] = await Promise.all([
      import("../../web/handler.ts"),
      import("../serve/access.ts"),
      import("../serve/client-address.ts"),
      import("../serve/listen.ts"),
      import("../serve/source.ts"),
    ]);
    const { madeToken, options: access } = accessFor({ host, publicUrl }, io.env);
    const site = nightscout ? nightscoutAccess(io.env) : undefined;
    const history = archive === true ? await openHistory(options, io) : undefined;
    const { dexcom, recorder } = await openReader(options, io);
    const handler = createHandler({
      source: recordedSource(dexcom, recorder),
      archive: history,
      alwaysOn: archive,
      unit,
      clock: io.clock,
      clientAddress,
      nightscout: site?.options,
      ...access,
    });
    let page: ServedPage | undefined;
    try {
      page = await listen(handler.fetch, { host, port });
      const proxied = publicUrl && `${publicUrl.href}, if the proxy leads to ${page.url}`;
      io.stdout.write(`The page is at ${proxied ?? page.url} (Ctrl-C ends it)\n`);
      if (madeToken !== undefined) io.stdout.write(`Its token, shown only now: ${madeToken}\n`);
      if (site) io.stdout.write(describeSite(site));
      if (open) (await import("../serve/open-browser.ts")).openBrowser(publicUrl?.href ?? page.url);
      await untilAborted(io.signal);
    } finally {
      handler.close();
      await page?.close();
      await recorder.close();
      await history?.close();
    }
    return EXIT.OK;
  },
};

async function openHistory(options: ConnectionOptions, io: Io) {
  const { findArchive } = await import("../archive/command-archive.ts");
  const found = await findArchive(options, io, ARCHIVE_DAYS);
  if (found.state !== "on") {
    throw new UsageError(`--archive: the archive is off: \`${io.calledAs} archive on\` turns it on.`);
  }
  return found.open();
}
