export type BucketSize = 'hour' | 'day' | 'week' | 'month' | 'year'

/** A stretch of the calendar in UTC, half open. */
export interface Bucket {
  readonly fromMs: number
  readonly toMs: number
}

const DAY_MS = 86_400_000

/** Above this a query asks for more than a fair reader needs; the emulator refuses rather than stall. */
export const MOST_BUCKETS = 10_000

function startOfBucket(atMs: number, size: BucketSize): number {
  const at = new Date(atMs)
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  switch (size) {
    case 'hour':
      return Date.UTC(year, month, day, at.getUTCHours())
    case 'day':
      return Date.UTC(year, month, day)
    case 'week':
      return Date.UTC(year, month, day - ((at.getUTCDay() + 6) % 7))
    case 'month':
      return Date.UTC(year, month)
    case 'year':
      return Date.UTC(year, 0)
  }
}

/** The start of the bucket after the one that starts here. */
function endOfBucket(startMs: number, size: BucketSize): number {
  const at = new Date(startMs)
  switch (size) {
    case 'hour':
      return startMs + 3_600_000
    case 'day':
      return startMs + DAY_MS
    case 'week':
      return startMs + 7 * DAY_MS
    case 'month':
      return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1)
    case 'year':
      return Date.UTC(at.getUTCFullYear() + 1, 0)
  }
}

/** The buckets that cover this window, widened to whole ones; null where there are too many. */
export function bucketsBetween(startMs: number, endMs: number, size: BucketSize): readonly Bucket[] | null {
  const buckets: Bucket[] = []
  for (let fromMs = startOfBucket(startMs, size); fromMs < endMs; fromMs = endOfBucket(fromMs, size)) {
    if (buckets.length >= MOST_BUCKETS) return null
    buckets.push({ fromMs, toMs: endOfBucket(fromMs, size) })
  }
  return buckets
}

/** The last so many buckets, the one of this instant included. */
export function lastBuckets(count: number, endMs: number, size: BucketSize): readonly Bucket[] | null {
  if (count > MOST_BUCKETS) return null
  const buckets: Bucket[] = []
  for (
    let fromMs = startOfBucket(endMs, size);
    buckets.length < count;
    fromMs = startOfBucket(fromMs - 1, size)
  ) {
    buckets.unshift({ fromMs, toMs: endOfBucket(fromMs, size) })
  }
  return buckets
}
