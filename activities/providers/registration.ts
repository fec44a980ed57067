import type { z } from 'zod'
import type { ReportOddity } from './http/status-words.ts'
import type { Provider } from './port.ts'

/** How one upstream comes into the registry: the settings it needs, and what is made of them. */
export interface Registration {
  name: string
  /** Null where the installation has no account there: the provider is not in the market, and that is fine. Throws where the settings are wrong. */
  create(
    env: Readonly<Record<string, string | undefined>>,
    report: ReportOddity,
    timeScale?: number,
  ): Provider | null
}

interface RegistrationOptions<S extends z.ZodObject> {
  name: string
  /** Its settings; an empty one counts as not given. */
  settings: S
  /** `timeScale` is for its pacers; the registry scales what its capabilities say. */
  create(settings: z.output<S>, report: ReportOddity, timeScale: number): Provider | null
}

/** Reads a provider's settings once; a wrong one is named with what it should be, and its value is never repeated. */
export function register<S extends z.ZodObject>({
  name,
  settings,
  create,
}: RegistrationOptions<S>): Registration {
  return {
    name,
    create(env, report, timeScale = 1) {
      const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
      const parsed = settings.safeParse(given)
      if (!parsed.success) {
        const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
        throw new Error(`The settings of ${name} are wrong:\n${problems.join('\n')}`)
      }
      return create(parsed.data, report, timeScale)
    },
  }
}
