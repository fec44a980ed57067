import { z } from 'zod'

const DAY = 86_400
const modifiers = {
  minimumSeconds: z.int().min(0).max(DAY).optional(),
  graceSeconds: z.int().min(0).max(3600).optional(),
}

/** In the order of their seconds, the first from second 0. */
const earlyStop = z
  .array(z.object({ fromSeconds: z.int().min(0), refundPercent: z.int().min(0).max(100) }))
  .min(1, 'Say what comes back from second 0 on, if only 0 percent.')
  .max(20)
  .refine((steps) => steps[0]?.fromSeconds === 0, 'The first step begins at second 0.')
  .refine(
    (steps) => steps.every((step, i) => i === 0 || step.fromSeconds > (steps[i - 1]?.fromSeconds ?? 0)),
    'Each step begins after the one before it.',
  )

/** How a pod is charged; the price of a second is the same with each. */
export const chargingSchema = z
  .discriminatedUnion('strategy', [
    z.object({ strategy: z.literal('hold'), ...modifiers }),
    z.object({ strategy: z.literal('tick'), ...modifiers }),
    z.object({
      strategy: z.literal('block'),
      blockSeconds: z
        .int()
        .min(60, 'A block lasts a minute at least.')
        .max(366 * DAY),
      unused: z.enum(['pro_rata', 'none']),
      ...modifiers,
    }),
    z.object({ strategy: z.literal('term'), earlyStop, ...modifiers }),
  ])
  .meta({ id: 'Charging' })
