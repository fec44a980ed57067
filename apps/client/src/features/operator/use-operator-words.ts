import { useI18n } from 'vue-i18n'
import { operator } from '../../shared/i18n/en/operator.ts'

/** Adds the English of these pages, which most people never open. Other languages are fetched whole. */
export function useOperatorWords(): void {
  useI18n({ useScope: 'global' }).mergeLocaleMessage('en', { operator })
}
