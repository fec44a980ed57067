import { endpoints } from '@berth/contract/endpoints'
import type { Endpoint } from '@berth/contract/endpoint'
import { problemsOf } from '@berth/contract/openapi'
import type { ProblemCode } from '@berth/contract/problems'

/** What an operation answers instead of working: one of its own problems, or nothing at all. */
export type Fault = ProblemCode | 'unreachable'

/** Faults by operation, "rentals.list"; "*" is every operation, "events" the live stream. */
export type Faults = ReadonlyMap<string, Fault>

/**
 * Reads "rentals.list:internal,events:unreachable". Throws for an operation that is not there and for a code that it
 * cannot answer, so that nobody tests what can never happen.
 */
export function parseFaults(text: string): Faults {
  const faults = new Map<string, Fault>()
  for (const part of text.split(',').filter(Boolean)) {
    const [operation = '', code = ''] = part.split(':')
    const possible = possibleFaults(operation)
    const fault = possible.find((each) => each === code)
    if (fault === undefined) {
      throw new Error(
        `${operation} cannot answer "${code}". It can: ${possible.join(', ') || 'nothing, there is no such operation'}`,
      )
    }
    faults.set(operation, fault)
  }
  return faults
}

const LOG_FAULTS: Fault[] = [
  'no_logs',
  'pod_not_running',
  'pods_unreachable',
  'not_found',
  'internal',
  'unreachable',
]

function possibleFaults(operation: string): Fault[] {
  if (operation === '*' || operation === 'events')
    return ['internal', 'rate_limited', 'not_signed_in', 'unreachable']
  if (operation === 'rentals.logs') return LOG_FAULTS
  const definition = definitionOf(operation)
  return definition ? [...problemsOf(definition), 'unreachable'] : []
}

function definitionOf(operation: string): Endpoint | undefined {
  const [group = '', name = ''] = operation.split('.')
  const groups: Record<string, Record<string, Endpoint>> = endpoints
  return groups[group]?.[name]
}
