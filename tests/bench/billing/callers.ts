import type { Billing } from '@berth/activities/billing/port'
import type { Books } from './books.ts'

/** Calls a second of the product's own billing, by so many callers who each ask again as soon as they are answered. */
export async function nodeRenewals(options: {
  books: Books
  billing: Billing
  callers: number
  seconds: number
}): Promise<number> {
  const { books, billing, callers, seconds } = options
  const startedMs = performance.now()
  const untilMs = startedMs + seconds * 1000
  let calls = 0
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < untilMs) {
        await billing.renew({ rentalId: books.anyRental() })
        calls += 1
      }
    }),
  )
  return (calls * 1000) / (performance.now() - startedMs)
}
