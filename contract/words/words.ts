import type { EndReason } from '../rental-status.ts'
import type { en } from './en.ts'

/** The shape that the words of every language have. */
export type Words = typeof en & { reasons: Record<EndReason, string> }

/** A text with its places filled; a place without a value stays as it is. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
