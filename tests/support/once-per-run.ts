/**
 * One shared thing for all projects of a vitest run. Each project loads its global set-up in a module graph of its own,
 * so the record lives on `globalThis`; the last project to leave takes the thing down.
 */
export function oncePerRun<T>(
  name: string,
  start: () => Promise<{ value: T; stop: () => Promise<void> }>,
): { acquire: () => Promise<T>; release: () => Promise<void> } {
  const key = Symbol.for(`berth.test.${name}`)
  const store: Record<symbol, Shared<T> | undefined> = globalThis as never
  return {
    acquire: async () => {
      const shared = (store[key] ??= { users: 0, started: start() })
      shared.users += 1
      return (await shared.started).value
    },
    release: async () => {
      const shared = store[key]
      if (!shared) return
      shared.users -= 1
      if (shared.users > 0) return
      delete store[key]
      await (await shared.started).stop()
    },
  }
}

interface Shared<T> {
  users: number
  started: Promise<{ value: T; stop: () => Promise<void> }>
}
