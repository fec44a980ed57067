/** Whether a provider said what a pod cost us. Zod-free: entities and workflows share it. */
export const COST_ANSWERS = ['billed', 'no_readout', 'unanswered'] as const
export type CostAnswer = (typeof COST_ANSWERS)[number]

/** `above`: the bill is more than the pod can have cost by what we know. `below`: less than it must have cost. */
export const COST_DEVIATIONS = ['above', 'below'] as const
export type CostDeviation = (typeof COST_DEVIATIONS)[number]
