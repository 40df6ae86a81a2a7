import assert from "node:assert/strict";
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { ROOT } from "../support/entries.ts";
import { brokenCitations } from "./citations.ts";

test("every link of the documents and every cited heading leads somewhere", () => {
  const documents = [
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    ...globSync(["src/**/*.md", "src/**/*.ts"], { cwd: ROOT }),
  ];
  assert.ok(documents.length > 100, "the sources were not found");
  assert.deepEqual(brokenCitations({ folder: ROOT, files: documents }), []);
});

test("a file, an anchor, a heading and a note that are not in the package are found", (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "dexcom-share-citations-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const texts = {
    "README.md": "# Home\n[a](src/wire/PROTOCOL.md#known) [b](src/gone.md) [c](#away) [d](#home) `[e](f.md)`",
    "src/wire/PROTOCOL.md": "# Known\n```sh\n# Comment\n```\n",
    "dist/index.d.ts": '/** PROTOCOL.md, "Known" and "Comment". See design.md. PROTOCOL.md,\n * "Unknown" */',
  };
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  assert.deepEqual(brokenCitations({ folder, files: Object.keys(texts) }), [
    "README.md: src/gone.md",
    "README.md: #away",
    'dist/index.d.ts: PROTOCOL.md, "Comment"',
    'dist/index.d.ts: PROTOCOL.md, "Unknown"',
    "dist/index.d.ts: design.md",
  ]);
});
