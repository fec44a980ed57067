import type { z } from 'zod'

/** Reads one datum of a stream. Null for what this page does not know: a newer server may say more than an open tab understands. */
export const parserOf =
  <T>(schema: z.ZodType<T>) =>
  (data: string): T | null => {
    try {
      const parsed = schema.safeParse(JSON.parse(data))
      return parsed.success ? parsed.data : null
    } catch {
      return null
    }
  }
