interface Ordered {
  name: string
  needs: string[]
}

/**
 * Runs each step once all it needs are done, side by side where nothing stands between them. After the first failure,
 * or once `signal` is aborted, nothing new begins; the failure is thrown when the steps under way have ended.
 */
export async function runInOrder<T extends Ordered>(
  steps: T[],
  run: (step: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const ends = new Map<string, Promise<void>>()
  const failures: unknown[] = []

  const runWhenReady = async (step: T, needed: Promise<void>[]): Promise<void> => {
    await Promise.all(needed)
    if (failures.length > 0 || signal.aborted) return
    try {
      await run(step)
    } catch (error) {
      failures.push(error)
    }
  }

  for (const step of steps) {
    const needed = step.needs.map((name) => {
      const end = ends.get(name)
      if (!end) throw new Error(`${step.name} needs ${name}, which is not listed before it.`)
      return end
    })
    ends.set(step.name, runWhenReady(step, needed))
  }
  await Promise.all(ends.values())
  if (failures.length > 0) throw failures[0]
}
