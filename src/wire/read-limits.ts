/** Most minutes that a read looks back. The service keeps readings for a day. */
export const MAX_MINUTES = 1440;

/** Most readings of one response: one every five minutes for a day, as clients ask for. */
export const MAX_COUNT = 288;
