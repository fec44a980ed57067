import { isPortFree } from './process/ports.ts'
import { portVariables, type StackPorts, type StackSettings } from './settings.ts'

/** Ports this start will need; those of parts the person brings along are none of ours. */
function portsNeeded({ ports, env }: StackSettings): (keyof StackPorts)[] {
  const needed = Object.keys(ports) as (keyof StackPorts)[]
  return needed.filter((part) => {
    if (part === 'postgres') return !env.DATABASE_OWNER_URL
    if (part === 'temporal' || part === 'temporalWeb') return !env.TEMPORAL_ADDRESS
    return true
  })
}

/** Answers one sentence for each port that is taken, naming the setting that moves it. */
export async function takenPorts(settings: StackSettings): Promise<string[]> {
  const checked = await Promise.all(
    portsNeeded(settings).map(async (part) => {
      const port = settings.ports[part]
      if (await isPortFree(port)) return []
      return [
        `Port ${port} (${part}) is taken. Free it, or set ${portVariables[part].variable} to another one.`,
      ]
    }),
  )
  return checked.flat()
}
