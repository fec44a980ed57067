const THRESHOLDS = [120, 600, 3_600, 86_400]

export type Told = `below ${number}` | 'recovered'

/**
 * The RFC's rule of warnings, read by somebody who keeps a list of what was told instead of a mark: a threshold is told when
 * the runway falls below it, and taken off the list when money came and the runway stands above it, or when it stands well
 * above it. When the list becomes empty, the wallet has recovered.
 */
export function createWarningJudge() {
  let told: number[] = []
  let credited = false
  return {
    moneyCame() {
      credited = true
    },
    /** What must be told at a settlement that finds this runway. */
    at({ burn, runway }: { burn: string; runway: number | null }): Told[] {
      if (burn === '0') return []
      const left = runway ?? Infinity
      const before = told.length
      told = told.filter((threshold) =>
        credited ? left < threshold : left < Math.max(2 * threshold, threshold + 600),
      )
      credited = false
      const fresh = THRESHOLDS.filter((threshold) => left < threshold && !told.includes(threshold))
      told = [...told, ...fresh]
      if (fresh.length > 0) return [`below ${Math.min(...fresh)}`]
      return before > 0 && told.length === 0 ? ['recovered'] : []
    },
  }
}
