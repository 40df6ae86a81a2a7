import type { ErrorDetails } from "../errors.ts";
import { parseDuration, writeDuration } from "./durations.ts";
import * as schema from "./schema.ts";

/** One of a follower's alerts. */
export interface Alert {
  readonly isEnabled: boolean;
  /** Minutes before the first alert; 0 for at once. */
  readonly delayMinutes: number;
  /** Minutes between repetitions; 0 for no repetition. */
  readonly repeatMinutes: number;
  /** A sound file of the Follow app, such as `"High.wav"`. */
  readonly sound: string;
}

/** An alert with a threshold. */
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
  /** Glucose below `mgDl`: the urgent alert, which the service calls "fixed low". */
  readonly urgentLow: GlucoseAlert;
  /** No reading for `delayMinutes`. */
  readonly noData: Alert;
}

/** The two ends of what a sensor measures. They stand for "no limit on this side" (PROTOCOL.md, "Invitations"). */
const MIN_VALUE = 39;
const MAX_VALUE = 401;

const settingsSchema = /* @__PURE__ */ schema.lazy(() => {
  const threshold = schema.int("not a number");
  const duration = schema.value<string>((text) => parseDuration(text) !== undefined, "not a duration");
  const alert = schema.object(
    {
      MinValue: threshold,
      MaxValue: threshold,
      AlarmDelay: duration,
      IsEnabled: schema.boolean("not true or false"),
      RealarmDelay: duration,
      Sound: schema.string("not a text"),
    },
    "not an alert of the service",
  );
  return schema.object(
    { HighAlert: alert, LowAlert: alert, FixedLowAlert: alert, NoDataAlert: alert },
    "not alert settings",
  );
});

type RawSettings = schema.Infer<ReturnType<typeof settingsSchema>>;
type RawAlert = RawSettings["NoDataAlert"];

/** Writes the settings as the official app does, with the high threshold in `MinValue` (PROTOCOL.md, "Invitations"). */
export function writeAlertSettings({ high, low, urgentLow, noData }: AlertSettings): object {
  return {
    HighAlert: writeAlert(high, 1, { MinValue: high.mgDl, MaxValue: MAX_VALUE }),
    LowAlert: writeAlert(low, 2, { MinValue: MIN_VALUE, MaxValue: low.mgDl }),
    FixedLowAlert: writeAlert(urgentLow, 3, { MinValue: MIN_VALUE, MaxValue: urgentLow.mgDl }),
    NoDataAlert: writeAlert(noData, 4, { MinValue: MIN_VALUE, MaxValue: MAX_VALUE }),
  } satisfies RawSettings;
}

function writeAlert(
  alert: Alert,
  type: number,
  range: Pick<RawAlert, "MinValue" | "MaxValue">,
): RawAlert & { readonly AlertType: number } {
  return {
    ...range,
    AlarmDelay: writeDuration(alert.delayMinutes),
    AlertType: type,
    IsEnabled: alert.isEnabled,
    RealarmDelay: writeDuration(alert.repeatMinutes),
    Sound: alert.sound,
  };
}

/**
 * Reads the response of ReadSubscriptionAlerts.
 *
 * @throws {ServerError} If an alert is missing, or if one of its fields is not understood.
 */
export function parseAlertSettings(value: unknown, details: () => ErrorDetails): AlertSettings {
  schema.checkSchema(settingsSchema(), value, details);
  const { HighAlert, LowAlert, FixedLowAlert, NoDataAlert } = value;
  // One client leaves MinValue as it was and writes the high threshold into MaxValue.
  const isHighInMax = HighAlert.MaxValue < MAX_VALUE;
  return {
    high: { mgDl: isHighInMax ? HighAlert.MaxValue : HighAlert.MinValue, ...parseAlert(HighAlert) },
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
