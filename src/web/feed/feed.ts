import type { GlucoseReading } from "../../glucose-reading.ts";
import type { Arrival, Wearer } from "./wearer.ts";

/** A reading that was not known before. */
export interface NewReading {
  readonly reading: GlucoseReading;
  readonly arrival: Exclude<Arrival, "known">;
}

/** Receiver of what a feed brings. */
export interface FeedListener {
  /**
   * Called for each successful check, after its readings were taken.
   *
   * @param isFirst `true` for the first successful check of the feed. It brings the history.
   */
  onReadings(found: readonly NewReading[], isFirst: boolean): void;
  /** Called for each attempt to read. */
  onCheck(error: unknown): void;
}

/** Brings the readings of one wearer. */
export interface Feed {
  start(): void;
  stop(): void;
  /** Resolves when there is something to show, or when it is known that there is nothing. It never rejects. */
  ready(): Promise<void>;
}

/** Takes readings, oldest first. Returns those that were not known. */
export function acceptAll(wearer: Wearer, readings: readonly GlucoseReading[]): NewReading[] {
  return readings.flatMap((reading) => {
    const arrival = wearer.accept(reading);
    return arrival === "known" ? [] : [{ reading, arrival }];
  });
}
