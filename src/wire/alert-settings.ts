import type { ErrorDetails } from "../errors.ts";
import { parseDuration, writeDuration } from "./durations.ts";
import { checkShape, rule, shape, type Shape } from "./shape.ts";

/** What a follower is alerted of, and when. */
export interface Alert {
  readonly isEnabled: boolean;
  /** Minutes that it must last before the first alert; 0 for at once. */
  readonly delayMinutes: number;
  /** Minutes after which the alert comes again; 0 for never. */
  readonly repeatMinutes: number;
  /** A sound file of the Follow app, such as `"High.wav"`. */
  readonly sound: string;
}

/** An alert of glucose beyond a figure. */
export interface GlucoseAlert extends Alert {
  /** The threshold in mg/dL. */
  readonly mgDl: number;
}

/** The four alerts of one follower. */
export interface AlertSettings {
  /** Glucose above `mgDl`. */
  readonly high: GlucoseAlert;
  /** Glucose below `mgDl`. */
  readonly low: GlucoseAlert;
  /** Glucose below `mgDl`, urgently; the field's "fixed low". */
  readonly urgentLow: GlucoseAlert;
  /** No reading for `delayMinutes`. */
  readonly noData: Alert;
}

/** The two ends of what a sensor measures, which stand for "no limit on this side" (wire-protocol 6.3). */
const LEAST = 39;
const MOST = 401;

interface RawAlert {
  readonly MinValue: number;
  readonly MaxValue: number;
  readonly AlarmDelay: string;
  readonly AlertType: number;
  readonly IsEnabled: boolean;
  readonly RealarmDelay: string;
  readonly Sound: string;
}

const KEYS = ["HighAlert", "LowAlert", "FixedLowAlert", "NoDataAlert"] as const;
type RawSettings = Readonly<Record<(typeof KEYS)[number], RawAlert>>;

/** As the official app was seen to write them, the high threshold in `MinValue` (wire-protocol 6.3). */
export function writeAlertSettings({ high, low, urgentLow, noData }: AlertSettings): object {
  return {
    HighAlert: writeAlert(high, 1, high.mgDl, MOST),
    LowAlert: writeAlert(low, 2, LEAST, low.mgDl),
    FixedLowAlert: writeAlert(urgentLow, 3, LEAST, urgentLow.mgDl),
    NoDataAlert: writeAlert(noData, 4, LEAST, MOST),
  };
}

function writeAlert(alert: Alert, type: number, least: number, most: number): RawAlert {
  return {
    MinValue: least,
    MaxValue: most,
    AlarmDelay: writeDuration(alert.delayMinutes),
    AlertType: type,
    IsEnabled: alert.isEnabled,
    RealarmDelay: writeDuration(alert.repeatMinutes),
    Sound: alert.sound,
  };
}

let settingsShape: Shape<RawSettings> | undefined;

function makeSettingsShape(): Shape<RawSettings> {
  return shape(
    "not alert settings",
    (value) => typeof value === "object" && value !== null,
    ...KEYS.map((key) => rule<RawSettings>(key, "not an alert of the service", ({ [key]: alert }) => isAlert(alert))),
  );
}

function isAlert(value: unknown): boolean {
  const { MinValue, MaxValue, AlarmDelay, IsEnabled, RealarmDelay, Sound } = (value ?? {}) as Partial<RawAlert>;
  return (
    [MinValue, MaxValue].every(Number.isSafeInteger) &&
    [AlarmDelay, RealarmDelay].every((duration) => parseDuration(duration) !== undefined) &&
    typeof IsEnabled === "boolean" &&
    typeof Sound === "string"
  );
}

/**
 * The answer of ReadSubscriptionAlerts (wire-protocol 6.6).
 *
 * @throws {ServerError} where an alert is missing or says something that is not known.
 */
export function parseAlertSettings(value: unknown, details: () => ErrorDetails): AlertSettings {
  checkShape((settingsShape ??= makeSettingsShape()), value, details);
  const { HighAlert, LowAlert, FixedLowAlert, NoDataAlert } = value;
  return {
    // One client left MinValue as it was and wrote the chosen threshold into MaxValue (wire-protocol 6.3).
    high: { mgDl: HighAlert.MaxValue < MOST ? HighAlert.MaxValue : HighAlert.MinValue, ...parseAlert(HighAlert) },
    low: { mgDl: LowAlert.MaxValue, ...parseAlert(LowAlert) },
    urgentLow: { mgDl: FixedLowAlert.MaxValue, ...parseAlert(FixedLowAlert) },
    noData: parseAlert(NoDataAlert),
  };
}

function parseAlert({ IsEnabled, AlarmDelay, RealarmDelay, Sound }: RawAlert): Alert {
  return {
    isEnabled: IsEnabled,
    delayMinutes: parseDuration(AlarmDelay)!,
    repeatMinutes: parseDuration(RealarmDelay)!,
    sound: Sound,
  };
}
