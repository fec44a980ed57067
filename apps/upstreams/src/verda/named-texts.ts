import { randomUUID } from 'node:crypto'
import express, { type Router } from 'express'
import { z } from 'zod'
import type { EmulatorClock } from '../kit/clock.ts'
import { apiError, sendError } from './api-error.ts'
import { parseRequest } from './requests.ts'

export const namedTextSchema = z.object({
  id: z.string(),
  name: z.string(),
  text: z.string(),
  createdAtMs: z.number(),
})
export type NamedText = z.infer<typeof namedTextSchema>

interface NamedTextsOptions {
  /** "/ssh-keys" */
  readonly path: string
  /** What the text is called on the wire, "key". */
  readonly field: 'key' | 'script'
  /** What the list of ids to delete is called, "keys". */
  readonly idsField: 'keys' | 'scripts'
  readonly clock: EmulatorClock
  readonly onChange: () => void
}

/** One of the account's registries: SSH keys, and startup scripts, which differ in their words only. */
export type NamedTexts = ReturnType<typeof createNamedTexts>

export function createNamedTexts({ path, field, idsField, clock, onChange }: NamedTextsOptions) {
  const entries = new Map<string, NamedText>()
  const routes: Router = express.Router()
  const render = ({ id, name, text, createdAtMs }: NamedText): Record<string, unknown> => ({
    id,
    name,
    [field]: text,
    created_at: new Date(createdAtMs).toISOString(),
  })

  routes.get(path, (_request, response) => void response.json([...entries.values()].map(render)))

  // An array even for one, as the vendor's clients know.
  routes.get(`${path}/:id`, (request, response) => {
    const entry = entries.get(request.params.id)
    if (entry === undefined) sendError(response, apiError(404, `No such ${field}`))
    else response.json([render(entry)])
  })

  routes.post(path, (request, response) => {
    const body = parseRequest(z.object({ name: z.string().min(1), [field]: z.string().min(1) }), request.body)
    if (!body.ok) {
      sendError(response, body.error)
      return
    }
    const { name, [field]: text } = body.value
    const id = randomUUID()
    entries.set(id, { id, name: String(name), text: String(text), createdAtMs: clock.nowMs() })
    onChange()
    response.status(201).type('text/plain').send(id)
  })

  routes.delete(path, (request, response) => {
    const body = parseRequest(z.object({ [idsField]: z.array(z.string()) }), request.body)
    if (!body.ok) sendError(response, body.error)
    else if ((body.value[idsField] ?? []).some((id) => !entries.has(id)))
      sendError(response, apiError(404, `No such ${field}`))
    else {
      for (const id of body.value[idsField] ?? []) entries.delete(id)
      onChange()
      response.status(200).end()
    }
  })

  routes.delete(`${path}/:id`, (request, response) => {
    if (entries.delete(request.params.id)) {
      onChange()
      response.status(200).end()
    } else sendError(response, apiError(404, `No such ${field}`))
  })

  return {
    routes,
    get: (id: string): NamedText | undefined => entries.get(id),
    list: (): readonly NamedText[] => [...entries.values()],
    restore(state: readonly NamedText[]): void {
      for (const entry of state) entries.set(entry.id, entry)
    },
  }
}
