import type { GlucoseArchive } from "../archive/archive.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import type { NightscoutUploader, UploadResult } from "./uploader.ts";

/** Readings to upload in one call: a week. */
const MAX_POINTS = 2016;

/** Uploads what an archive holds, a week at a time, so that memory does not grow with it. */
export async function uploadArchive(
  uploader: NightscoutUploader,
  archive: Pick<GlucoseArchive, "read">,
  { from, signal }: { readonly from?: Date | undefined; readonly signal: AbortSignal },
): Promise<UploadResult> {
  let total: UploadResult = { uploaded: 0, present: 0, skipped: 0 };
  let points: GlucosePoint[] = [];
  const flush = async (): Promise<void> => {
    const { uploaded, present, skipped } = await uploader.upload(points, { signal });
    total = {
      uploaded: total.uploaded + uploaded,
      present: total.present + present,
      skipped: total.skipped + skipped,
    };
    points = [];
  };
  for await (const point of archive.read({ from })) {
    points.push(point);
    if (points.length === MAX_POINTS) await flush();
  }
  await flush();
  return total;
}
