import type { LocationQuery } from 'vue-router'

export const COMPARED_MAX = 4

/** Ids of the offers that an address holds side by side; a parameter each, because an id may hold any sign. */
export function comparedIn(query: LocationQuery): string[] {
  const ids = [query['compare'] ?? []].flat().filter((id) => typeof id === 'string' && id !== '')
  return [...new Set(ids as string[])].slice(0, COMPARED_MAX)
}

/** To put beside other parameters; nothing compared leaves no trace. */
export const queryFromCompared = (ids: readonly string[]): { compare?: string[] } =>
  ids.length > 0 ? { compare: [...ids] } : {}
