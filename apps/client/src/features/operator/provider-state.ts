import type { OperatorProvider } from '@berth/contract/schemas/operator'

/** An error is over once the provider has answered since. */
export const isFailing = ({ lastErrorAt, lastSuccessAt }: OperatorProvider): boolean =>
  lastErrorAt !== null && (lastSuccessAt === null || Date.parse(lastErrorAt) > Date.parse(lastSuccessAt))

/** Share of launches that became usable, whole percent cut off; null where none came to an end. */
export const readyPercent = ({ launches }: OperatorProvider): number | null =>
  launches.finished === 0 ? null : Math.floor((launches.ready * 100) / launches.finished)
