/** One page of a list in DigitalOcean's envelope. */
export function renderPage<T>({ name, items, page, perPage, path }: PageInput<T>): Record<string, unknown> {
  const last = Math.max(1, Math.ceil(items.length / perPage))
  const link = (to: number): string => `https://api.digitalocean.com${path}?page=${to}&per_page=${perPage}`
  const pages = {
    ...(page > 1 && { first: link(1), prev: link(page - 1) }),
    ...(page < last && { next: link(page + 1), last: link(last) }),
  }
  return {
    [name]: items.slice((page - 1) * perPage, page * perPage),
    links: Object.keys(pages).length === 0 ? {} : { pages },
    meta: { total: items.length },
  }
}

interface PageInput<T> {
  readonly name: string
  readonly items: readonly T[]
  readonly page: number
  readonly perPage: number
  readonly path: string
}
