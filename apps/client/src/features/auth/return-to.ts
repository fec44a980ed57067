/** Only a path of this site may be returned to; anything else leads to the pods. */
export function safeReturnTo(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/') || value.startsWith('//') || value.includes('\\')) {
    return '/pods'
  }
  return value
}

const KNOWN = ['cancelled', 'expired', 'unavailable', 'busy'] as const

/** What is told of a failed sign-in, by the `error` that the API puts into the address. */
export function signInError(value: unknown): (typeof KNOWN)[number] | 'other' | null {
  if (typeof value !== 'string' || value === '') return null
  return KNOWN.find((known) => known === value) ?? 'other'
}
