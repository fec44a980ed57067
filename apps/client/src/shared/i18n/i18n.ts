import { createI18n } from 'vue-i18n'
import { en } from './en.ts'

/** English is the source language; another one is a file of the same shape, loaded when it is chosen. */
export const createMessages = () =>
  createI18n({ legacy: false, locale: 'en', fallbackLocale: 'en', messages: { en }, missingWarn: true })
