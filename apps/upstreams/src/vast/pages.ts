import { z } from 'zod'

const MOST_PER_PAGE = 25
const LEAST_PER_PAGE = 5

const tokenSchema = z.object({ values: z.object({ id: z.number() }) })

/** One keyset page of instances by id; null where the token is none of ours. */
export function pageOf(
  found: readonly Record<string, unknown>[],
  { limit, after_token: token }: { limit?: unknown; after_token?: unknown },
): Record<string, unknown> | null {
  const wanted = limit === undefined ? MOST_PER_PAGE : Number(limit)
  const size = wanted > 0 ? Math.min(wanted, MOST_PER_PAGE) : LEAST_PER_PAGE
  const after = token === undefined ? 0 : readToken(token)
  if (after === null) return null
  const rest = found
    .toSorted((a, b) => Number(a['id']) - Number(b['id']))
    .filter(({ id }) => Number(id) > after)
  const instances = rest.slice(0, size)
  const last = Number(instances.at(-1)?.['id'])
  return {
    success: true,
    instances_found: instances.length,
    total_instances: found.length,
    label_counts: countLabels(found),
    next_token: rest.length > size ? writeToken(last) : null,
    instances,
  }
}

const writeToken = (id: number): string => Buffer.from(JSON.stringify({ values: { id } })).toString('base64')

function readToken(token: unknown): number | null {
  try {
    return tokenSchema.parse(JSON.parse(Buffer.from(String(token), 'base64').toString('utf8'))).values.id
  } catch {
    // Why: an invalid token is the caller's mistake, which the route answers with 400.
    return null
  }
}

function countLabels(found: readonly Record<string, unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { label } of found) counts[String(label ?? '')] = (counts[String(label ?? '')] ?? 0) + 1
  return counts
}
