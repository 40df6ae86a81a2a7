/** The service keeps readings for a day, and refuses to look back further. */
export const MAX_MINUTES = 1440;

/** One reading every five minutes for a day: the most that the official clients ask for. */
export const MAX_COUNT = 288;
