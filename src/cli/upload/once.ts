import type { GlucoseArchive } from "../../archive/archive.ts";
import { MemoryArchive } from "../../archive/memory-archive.ts";
import type { Dexcom } from "../../dexcom.ts";
import { uploadArchive } from "../../nightscout/upload-archive.ts";
import type { NightscoutUploader, UploadResult } from "../../nightscout/uploader.ts";

/** Uploads the last day of the account, and everything that the archive holds. */
export async function uploadOnce(
  dexcom: Dexcom,
  uploader: NightscoutUploader,
  { archive, signal }: { readonly archive: GlucoseArchive | undefined; readonly signal: AbortSignal },
): Promise<UploadResult> {
  const kept = archive ?? new MemoryArchive();
  // Uploaded from the archive, which holds each reading under the instant at which it came first.
  await kept.add(await dexcom.getGlucoseReadings({ signal }));
  return uploadArchive(uploader, kept, { signal });
}
