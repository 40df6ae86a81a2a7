/** Response to a read, with one record. */
export const READINGS =
  '[{"WT":"Date(1691239553000)","ST":"Date(1691239553000)","DT":"Date(1691239553000-0400)","Value":132,"Trend":"Flat"}]';
