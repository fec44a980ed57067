import type { z } from 'zod'
import { FIELD_COMPLAINTS, type FieldError } from './field-complaints.ts'

type Issue = z.core.$ZodIssue
type Named = Pick<FieldError, 'code' | 'limit'>

/** One complaint of a schema about what was given, with its name where it has one. */
export const fieldErrorOf = (issue: Issue, given: unknown, pointer: string): FieldError => ({
  pointer,
  detail: issue.message,
  ...nameOf(issue, given),
})

function nameOf(issue: Issue, given: unknown): Named {
  switch (issue.code) {
    case 'invalid_type':
      return { code: isMissing(issue.path, given) ? 'required' : 'wrong_type' }
    case 'invalid_format':
      return { code: 'format' }
    case 'invalid_value':
    case 'invalid_union':
      return { code: isMissing(issue.path, given) ? 'required' : 'choice' }
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum))
    case 'too_big':
      return { code: BIG[issue.origin] ?? 'too_big', limit: Number(issue.maximum) }
    case 'custom':
      return ourOwn(issue.params)
    default:
      return {}
  }
}

const BIG: Partial<Record<string, 'too_long' | 'too_many'>> = { string: 'too_long', array: 'too_many' }

/** At least one is only another way to say that something is needed. */
function tooSmall(origin: string, limit: number): Named {
  const counts = origin === 'string' || origin === 'array'
  if (counts && limit <= 1) return { code: 'required' }
  if (!counts) return { code: 'too_small', limit }
  return { code: origin === 'string' ? 'too_short' : 'too_few', limit }
}

function ourOwn(params: Record<string, unknown> = {}): Named {
  const code = FIELD_COMPLAINTS.find((each) => each === params['complaint'])
  if (code === undefined) return {}
  return { code, ...(typeof params['limit'] === 'number' && { limit: params['limit'] }) }
}

/** Zod tells "of the wrong type" and "not there" apart in words alone. */
function isMissing(path: readonly PropertyKey[], given: unknown): boolean {
  let at = given
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return true
    at = Reflect.get(at, key)
  }
  return at === undefined
}
