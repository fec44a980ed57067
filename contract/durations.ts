const UNITS = [
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** "2 hours 5 minutes 9 seconds", "2小时 5分钟 9秒": every unit that is not zero, in the language of this tag. */
export function formatDuration(seconds: number, language: string, unitDisplay: 'narrow' | 'long'): string {
  const part = (count: number, unit: string): string =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay }).format(count)
  let rest = Math.max(0, Math.floor(seconds))
  const parts: string[] = []
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(part(count, unit))
  }
  return parts.length === 0 ? part(0, 'second') : parts.join(' ')
}
