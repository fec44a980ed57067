import type { FieldComplaint } from './field-complaints.ts'

/**
 * What a person may hand to a pod besides its image: environment variables and the ports it serves. Zod-free: the contract,
 * the API and the dashboard check by the same rules.
 */
export const ENV_LIMITS = { variables: 50, nameLength: 128, valueLength: 8_192, totalLength: 24_576 } as const
export const MAX_PORTS = 10
export const SSH_PORT = 22

/**
 * How a renter reaches a port of a pod. `published`: under a public address of its own; `open`: at the machine's own address
 * under the same number; `tunnel`: through SSH alone, since the provider lets nothing else in.
 */
export const PORT_ACCESS = ['published', 'open', 'tunnel'] as const
export type PortAccess = (typeof PORT_ACCESS)[number]

/** Which values reach a pod: any, or only those that fit on a line of `/etc/environment`. */
export const ENV_VALUES = ['any', 'lines'] as const
export type EnvValues = (typeof ENV_VALUES)[number]

/** POSIX: letters, digits and underscores, no digit in front. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
/** A pod would not let its renter in, or would not work, without its own value of these. */
const RESERVED = /^(?:PUBLIC_KEY|PATH|HOME|USER|LOGNAME|SHELL|PWD|(?:BERTH|RUNPOD|VAST)_.*)$/
/** `/etc/environment` knows no escapes: a # cuts the value off, and a line ends where it ends. */
const NO_LINE = /[\n\r#]|^["']|\\$/
export const fitsOnALine = (value: string): boolean => !NO_LINE.test(value)
/** Whether a name is one at all, reserved or not. */
export const isEnvName = (name: string): boolean => NAME.test(name)

export type EnvNameFlaw = 'name' | 'reserved' | 'name_too_long'
export type EnvValueFlaw = 'value_too_long' | 'unreadable' | 'no_line'
export type EnvFlaw = EnvNameFlaw | EnvValueFlaw

/** What is wrong with a name; null where nothing is. */
export function envNameFlaw(name: string): EnvNameFlaw | null {
  if (name.length > ENV_LIMITS.nameLength) return 'name_too_long'
  if (!isEnvName(name)) return 'name'
  return RESERVED.test(name) ? 'reserved' : null
}

/** What is wrong with a value for a pod that takes such values; null where nothing is. */
export function envValueFlaw(value: string, values: EnvValues = 'any'): EnvValueFlaw | null {
  if (value.length > ENV_LIMITS.valueLength) return 'value_too_long'
  if (value.includes('\0')) return 'unreadable'
  return values === 'lines' && !fitsOnALine(value) ? 'no_line' : null
}

/** One sentence for each flaw, in English, that never repeats a value. */
export const ENV_FLAW_SENTENCES: Record<EnvFlaw, string> = {
  name: 'A name is made of letters, digits and underscores, with no digit in front.',
  reserved: 'This name is taken: the pod sets it itself and would not work with another value.',
  name_too_long: `A name has ${ENV_LIMITS.nameLength} characters at most.`,
  value_too_long: `A value has ${ENV_LIMITS.valueLength} characters at most.`,
  unreadable: 'A value is text; it can not hold a NUL character.',
  no_line:
    'This provider carries a value on one line only: without a line break or a #, no quote in front, no backslash at the end.',
}

export const ENV_COMPLAINTS: Record<EnvFlaw, FieldComplaint> = {
  name: 'format',
  reserved: 'reserved',
  name_too_long: 'too_long',
  value_too_long: 'too_long',
  unreadable: 'format',
  no_line: 'format',
}

/** Names and values together, which providers limit too. */
export const isEnvTooLarge = (env: Readonly<Record<string, string>>): boolean =>
  Object.entries(env).reduce((sum, [name, value]) => sum + name.length + value.length, 0) >
  ENV_LIMITS.totalLength
