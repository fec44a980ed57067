/**
 * Where to go after sign-in: a path of our own dashboard. Anything a browser would read as another site
 * (`//evil`, `/\evil`, `https:…`) becomes the start page.
 */
export function returnPath(value: unknown, origin: string): string {
  if (typeof value !== 'string' || value.length > 2_000 || !value.startsWith('/')) return '/'
  const target = URL.canParse(value, origin) ? new URL(value, origin) : null
  if (target?.origin !== origin) return '/'
  return `${target.pathname}${target.search}${target.hash}`
}
