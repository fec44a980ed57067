import type { z } from 'zod'
import type { HttpClient } from '../http/client.ts'

const PAGE_SIZE = 100
/** More pages than any account fills; a list without an end is a fault out there. */
const MOST_PAGES = 100

interface EveryPage<Item> {
  http: HttpClient
  path: string
  /** `total` counts the items of all pages. */
  schema: z.ZodType<{ items: Item[]; total?: number | null | undefined }>
  signal: AbortSignal
}

/** A list from its first page to its last, each item once: one that changes between two pages may show an item twice. */
export async function everyPage<Item extends { id: number }>({
  http,
  path,
  schema,
  signal,
}: EveryPage<Item>): Promise<Item[]> {
  const found = new Map<number, Item>()
  let seen = 0
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = { page, pageSize: PAGE_SIZE }
    const { items, total } = await http.request({ method: 'GET', path, query, schema, signal })
    for (const item of items) found.set(item.id, item)
    seen += items.length
    // Why not by the length of a page: where pages are shorter than asked for, each would seem to be the last.
    if (items.length === 0 || seen >= (total ?? Number.POSITIVE_INFINITY)) break
  }
  return [...found.values()]
}
