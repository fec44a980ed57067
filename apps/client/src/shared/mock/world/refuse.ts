import { DomainError } from '@berth/contract/errors'
import type { FieldError } from '@berth/contract/field-complaints'
import type { ProblemCode } from '@berth/contract/problems'

/** An answer other than success; the shim makes problem+json of it. */
export function refuse(
  code: ProblemCode,
  detail: string,
  extra: { errors?: FieldError[]; data?: Record<string, unknown> } = {},
): DomainError {
  return new DomainError(code, detail, { details: extra })
}
