/** As many days go into one report or one file. Zod-free, for pages that ask for one. */
export const LONGEST_PERIOD_DAYS = 400
