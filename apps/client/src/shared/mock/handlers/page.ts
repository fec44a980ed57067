/** A page of a list; the cursor is how many came before. */
export function pageOf<T>(
  items: readonly T[],
  { cursor, pageSize }: { cursor?: string | undefined; pageSize: number },
): { items: T[]; nextCursor: string | null } {
  const from = Number(cursor ?? 0)
  const to = from + pageSize
  return { items: items.slice(from, to), nextCursor: to < items.length ? String(to) : null }
}
