/** The device and app that upload. All fields are free text. As far as known the service checks no field. */
export interface RuntimeInfo {
  /** Such as `"Apple"`. */
  readonly deviceManufacturer: string;
  /** Such as `"iPhone5,2"`. */
  readonly deviceModel: string;
  /** Such as `"7.0.2"`. */
  readonly deviceOsVersion: string;
  /** Such as `"3.0.2.11"`. */
  readonly appVersion: string;
  /** Such as `"DexcomShare"`. */
  readonly appName: string;
  /** Such as `"SW10569"`. */
  readonly appNumber: string;
  /** Such as `"iPhone OS"`. */
  readonly deviceOsName: string;
}

/** Writes the `runtimeInfo` of UpdatePublisherAccountRuntimeInfo, with keys in Pascal case. */
export function writeRuntimeInfo(info: RuntimeInfo): object {
  return {
    DeviceManufacturer: info.deviceManufacturer,
    DeviceModel: info.deviceModel,
    DeviceOsVersion: info.deviceOsVersion,
    AppVersion: info.appVersion,
    AppName: info.appName,
    AppNumber: info.appNumber,
    DeviceOsName: info.deviceOsName,
  };
}
