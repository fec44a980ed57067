import express, { type Request, type Response, type Router } from 'express'
import type { Meter } from '../kit/meter.ts'
import { API_ERRORS, invalid, missing, sendError } from './api-error.ts'
import type { Environment, Environments, Keypair } from './environments.ts'
import { inSeconds } from './render-vm.ts'
import { pageSchema, wordsOf } from './requests.ts'

interface AccountRoutesDeps {
  readonly environments: Environments
  readonly meter: Meter
}

/** `/core/environments`, `/core/keypairs` and a machine's billing history of the vendor document. */
export function createAccountRoutes({ environments, meter }: AccountRoutesDeps): Router {
  const router = express.Router()
  const keypair = (made: Keypair): Record<string, unknown> =>
    renderKeypair(made, environments.find(made.environment))

  router.get('/core/environments', (request, response) => {
    const items = environments.environments().map(renderEnvironment)
    sendPage({ request, response, name: 'environments', items })
  })
  router.post('/core/environments', (request, response) => {
    const answer = environments.add(request.body)
    if (!answer.ok) sendError(response, answer.error)
    else
      response.json({
        status: true,
        message: 'Environment created',
        environment: renderEnvironment(answer.made),
      })
  })
  router.get('/core/keypairs', (request, response) => {
    sendPage({ request, response, name: 'keypairs', items: environments.keypairs().map(keypair) })
  })
  router.post('/core/keypairs', (request, response) => {
    const answer = environments.addKeypair(request.body)
    if (answer.ok)
      response.json({ status: true, message: 'Key pair imported', keypair: keypair(answer.made) })
    else sendError(response, answer.error)
  })
  router.delete('/core/keypair/:id', (request, response) => {
    if (environments.removeKeypair(Number(request.params.id)))
      response.json({ status: true, message: 'Key pair deleted' })
    else sendError(response, missing('Key pair'))
  })
  router.get('/billing/billing/history/virtual-machine/:id', (request, response) => {
    const book = meter.instances().find(({ instanceId }) => instanceId === request.params.id)
    if (book === undefined) {
      sendError(response, API_ERRORS.noSuchVm)
      return
    }
    const entry = renderHistory(book.instanceId, book.marker, { meter, window: windowOf(request) })
    const details = { billing_history: [entry], org_id: 1, total_count: 1 }
    response.json({ status: true, message: 'Billing history', billing_history_vm_details: details })
  })

  return router
}

interface Page {
  readonly request: Request
  readonly response: Response
  readonly name: string
  readonly items: readonly Record<string, unknown>[]
}

function sendPage({ request, response, name, items }: Page): void {
  const query = pageSchema.safeParse(request.query)
  if (!query.success) {
    sendError(response, invalid(wordsOf(query.error)))
    return
  }
  const { page, pageSize, search } = query.data
  const found = items.filter((item) => String(item['name']).includes(search))
  response.json({
    status: true,
    message: `Getting ${name} successful`,
    [name]: found.slice((page - 1) * pageSize, page * pageSize),
    count: found.length,
    page,
    page_size: pageSize,
  })
}

const renderEnvironment = ({ id, name, region, createdAtMs }: Environment): Record<string, unknown> => ({
  id,
  name,
  region,
  features: {},
  created_at: inSeconds(createdAtMs),
})

const renderKeypair = (keypair: Keypair, environment: Environment | undefined): Record<string, unknown> => ({
  id: keypair.id,
  name: keypair.name,
  environment: environment && renderEnvironment(environment),
  public_key: keypair.publicKey,
  fingerprint: '00:00',
  created_at: inSeconds(keypair.createdAtMs),
})

const MICROS_PER_DOLLAR = 1_000_000

interface Window {
  readonly fromMs?: number
  readonly toMs?: number
}

/** The window asked for; without dates it is all there is. */
function windowOf({ query }: Request): Window {
  const [fromMs, toMs] = ['start_date', 'end_date'].map((name) => Date.parse(`${String(query[name])}Z`))
  return { ...(fromMs && { fromMs }), ...(toMs && { toMs }) }
}

interface HistoryParts {
  readonly meter: Meter
  readonly window: Window
}

/** Dollars as JSON numbers, since that is Hyperstack's wire; nothing is calculated with them here. */
function renderHistory(id: string, name: string, { meter, window }: HistoryParts): Record<string, unknown> {
  const dollars = Number(meter.costMicros(id, window)) / MICROS_PER_DOLLAR
  return {
    attributes: { id, infrahub_id: Number(id), resource_name: name },
    metrics: { incurred_bill: dollars, non_discounted_bill: dollars },
  }
}
