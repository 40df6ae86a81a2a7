import { assertArgument, checkBoolean, checkInteger, checkNames, checkText, isObject } from "../validate.ts";
import type { Alert, AlertSettings, GlucoseAlert } from "../wire/alert-settings.ts";

/** Any part of the four alerts. An absent field is as in `DEFAULT_ALERTS`. */
export type AlertSettingsInput = {
  readonly [Name in keyof AlertSettings]?:
    { readonly [Field in keyof AlertSettings[Name]]?: AlertSettings[Name][Field] | undefined } | undefined;
};

/**
 * Alerts of an invitation by the official app of 2015: only the urgent low alert is on (PROTOCOL.md, "Invitations").
 */
export const DEFAULT_ALERTS: AlertSettings = {
  high: { mgDl: 200, isEnabled: false, delayMinutes: 60, repeatMinutes: 120, sound: "High.wav" },
  low: { mgDl: 70, isEnabled: false, delayMinutes: 30, repeatMinutes: 120, sound: "Low.wav" },
  urgentLow: { mgDl: 55, isEnabled: true, delayMinutes: 0, repeatMinutes: 30, sound: "UrgentLow.wav" },
  noData: { isEnabled: false, delayMinutes: 60, repeatMinutes: 0, sound: "NoData.wav" },
};

/** Thresholds are between 39 and 401, which are the open ends (PROTOCOL.md, "Invitations"). */
const MIN_MG_DL = 40;
const MAX_MG_DL = 400;
const DAY_MINUTES = 1440;

/**
 * Checks alerts, and fills in the defaults.
 *
 * @throws {ArgumentError} If a field is invalid or unknown, or the thresholds are not in order. The message names it.
 */
export function completeAlerts(input: AlertSettingsInput = {}): AlertSettings {
  assertArgument(isObject(input), "alerts must be an object");
  checkNames("alerts", input, Object.keys(DEFAULT_ALERTS));
  const settings: AlertSettings = {
    high: completeGlucoseAlert("high", input.high),
    low: completeGlucoseAlert("low", input.low),
    urgentLow: completeGlucoseAlert("urgentLow", input.urgentLow),
    noData: completeAlert("noData", input.noData),
  };
  const { high, low, urgentLow } = settings;
  assertArgument(urgentLow.mgDl < low.mgDl, "alerts.urgentLow.mgDl must be below alerts.low.mgDl");
  assertArgument(low.mgDl < high.mgDl, "alerts.low.mgDl must be below alerts.high.mgDl");
  return settings;
}

function completeGlucoseAlert(name: "high" | "low" | "urgentLow", input: AlertSettingsInput["high"]): GlucoseAlert {
  const alert = completeAlert(name, input);
  const mgDl = checkInteger(`alerts.${name}.mgDl`, input?.mgDl ?? DEFAULT_ALERTS[name].mgDl, {
    min: MIN_MG_DL,
    max: MAX_MG_DL,
  });
  return { mgDl, ...alert };
}

function completeAlert(name: keyof AlertSettings, input: AlertSettingsInput["noData"] = {}): Alert {
  const where = `alerts.${name}`;
  assertArgument(isObject(input), `${where} must be an object`);
  const usual = DEFAULT_ALERTS[name];
  checkNames(where, input, Object.keys(usual));
  return {
    isEnabled: checkBoolean(`${where}.isEnabled`, input.isEnabled ?? usual.isEnabled),
    delayMinutes: checkInteger(`${where}.delayMinutes`, input.delayMinutes ?? usual.delayMinutes, {
      min: 0,
      max: DAY_MINUTES,
    }),
    repeatMinutes: checkInteger(`${where}.repeatMinutes`, input.repeatMinutes ?? usual.repeatMinutes, {
      min: 0,
      max: DAY_MINUTES,
    }),
    sound: checkText(`${where}.sound`, input.sound ?? usual.sound),
  };
}
