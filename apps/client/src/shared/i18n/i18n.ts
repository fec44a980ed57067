import { createI18n } from 'vue-i18n'
import { en, type Messages } from './en.ts'
import type { LanguageTag } from './languages.ts'

/** English is the source language and always there; the others are loaded when they are chosen. */
export const createMessages = () =>
  createI18n<[Messages], LanguageTag, false>({
    legacy: false,
    locale: 'en',
    fallbackLocale: 'en',
    messages: { en } as Record<LanguageTag, Messages>,
    missingWarn: true,
  })
