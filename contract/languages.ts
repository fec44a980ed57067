/** The languages that people can be written to in, by the tags that browsers and `Intl` know. English is the API's. Zod-free. */
export const LANGUAGES = ['en', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]
