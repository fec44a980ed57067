/** The life of a rental. Zod-free: workflows import it. */
export const RENTAL_PHASES = ['reserving', 'launching', 'verifying', 'running', 'stopping', 'ended'] as const
export type RentalPhase = (typeof RENTAL_PHASES)[number]

export const RENTAL_HEALTH = ['ok', 'waiting', 'depleting', 'stuck'] as const
/** `waiting`: an upstream makes us wait; `depleting`: money is about to run out; `stuck`: past its budget, an operator should look. */
export type RentalHealth = (typeof RENTAL_HEALTH)[number]

export const END_REASONS = [
  'stopped_by_user',
  'term_reached',
  'budget_reached',
  'wallet_depleted',
  'wallet_limit_reached',
  'interrupted',
  'failed',
  'no_capacity',
  'insufficient_balance',
  'ended_by_operator',
] as const
export type EndReason = (typeof END_REASONS)[number]

export const ATTEMPT_OUTCOMES = [
  'ready',
  'no_capacity',
  'invalid_request',
  'upstream_funds',
  'auth',
  'quota',
  'boot_timeout',
  'verification_failed',
  'cancelled',
  'failed',
] as const
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number]

export const isLive = (phase: RentalPhase): boolean => phase !== 'ended'
/** Only a pod in one of these can still be stopped or extended by its renter. */
export const isStoppable = (phase: RentalPhase): boolean => phase !== 'ended' && phase !== 'stopping'
