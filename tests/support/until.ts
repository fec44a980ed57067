import { setTimeout as delay } from 'node:timers/promises'

/** Waits for something that other processes bring about; says what it waited for when it never comes. */
export async function until(
  holds: () => Promise<boolean>,
  { timeoutMs = 60_000, what = holds.toString() } = {},
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`did not happen within ${timeoutMs / 1000} s: ${what}`)
    await delay(50)
  }
}
