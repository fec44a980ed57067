import express, { type RequestHandler, type Response, type Router } from 'express'
import { z } from 'zod'
import type { EmulatorKit } from './emulator-kit.ts'
import { toJson } from './to-json.ts'

/** What the control surface can do to one living instance, whatever the provider calls it. */
export interface InstanceControl {
  list(): readonly unknown[]
  /** Gone at once, as by the vendor's console. False where there is no such instance. */
  kill(id: string): boolean
  /** Ended by the provider although it was meant to run (spot reclaim, host failure). */
  interrupt(id: string): boolean
  /** Says this status word from now on, known or not. */
  setStatus(id: string, status: string): boolean
}

/** Stock on sale, set by order; absent where the upstream has none. */
export interface InventoryControl {
  /** Each shelf with its words and what is `free` on it, in the form that `set` takes. */
  list(): readonly object[]
  /** Takes an order as it came over the wire; throws a ZodError that says what is wrong with it. */
  set(order: unknown): void
}

interface ControlRouterDeps<Own extends { kind: string }> {
  readonly kit: EmulatorKit<Own>
  readonly instances?: InstanceControl
  readonly inventory?: InventoryControl
  /** Orders only this provider understands, mounted beside the common ones. */
  readonly extra?: Router
}

/** The HTTP face of an emulator's control: everything a test may ask of it in-process, a script may ask over the wire. */
export function createControlRouter<Own extends { kind: string }>(deps: ControlRouterDeps<Own>): Router {
  const router = express.Router()
  router.use(express.json())
  addFaultRoutes(router, deps.kit)
  addObservationRoutes(router, deps.kit)
  if (deps.instances) addInstanceRoutes(router, deps.instances)
  if (deps.inventory) addInventoryRoutes(router, deps.inventory)
  if (deps.extra) router.use(deps.extra)
  router.use(asProblem)
  return router
}

function addFaultRoutes<Own extends { kind: string }>(router: Router, { faults }: EmulatorKit<Own>): void {
  router.get('/faults', (_request, response) => void response.json({ faults: faults.list() }))
  router.post(
    '/faults',
    (request, response) => void response.status(201).json(faults.add(faults.parse(request.body))),
  )
  router.delete('/faults', (_request, response) => {
    faults.clear()
    response.sendStatus(204)
  })
  router.delete('/faults/:id', (request, response) => answer(response, faults.remove(request.params.id)))
}

function addObservationRoutes<Own extends { kind: string }>(router: Router, kit: EmulatorKit<Own>): void {
  const { clock, latency, meter, requests } = kit
  router.get('/meter', (_request, response) => {
    const instances = meter
      .instances()
      .map((book) => ({ ...book, costMicros: meter.costMicros(book.instanceId) }))
    const body = { instances, rentals: meter.rentals(), aliveNow: meter.aliveNow().length }
    response.type('json').send(toJson({ ...body, totalCostMicros: meter.totalCostMicros() }))
  })
  router.get('/requests', (_request, response) => void response.json({ requests: requests.list() }))
  router.delete('/requests', (_request, response) => {
    requests.clear()
    response.sendStatus(204)
  })
  router.post('/latency', (request, response) => {
    latency.ms = z.strictObject({ ms: z.number().int().min(0) }).parse(request.body).ms
    response.json(latency)
  })
  router.get(
    '/clock',
    (_request, response) => void response.json({ nowMs: clock.nowMs(), frozen: clock.isFrozen() }),
  )
  router.post('/clock', (request, response) => {
    const order = clockOrder.parse(request.body)
    if (order.freeze === true) clock.freeze()
    if (order.setMs !== undefined) clock.set(order.setMs)
    if (order.advanceMs !== undefined) clock.advance(order.advanceMs)
    if (order.freeze === false) clock.resume()
    response.json({ nowMs: clock.nowMs(), frozen: clock.isFrozen() })
  })
}

const clockOrder = z.strictObject({
  setMs: z.number().int().optional(),
  advanceMs: z.number().int().min(0).optional(),
  freeze: z.boolean().optional(),
})

function addInstanceRoutes(router: Router, instances: InstanceControl): void {
  router.get('/instances', (_request, response) => {
    response.type('json').send(toJson({ instances: instances.list() }))
  })
  router.post('/instances/:id/kill', (request, response) =>
    answer(response, instances.kill(request.params.id)),
  )
  router.post('/instances/:id/interrupt', (request, response) => {
    answer(response, instances.interrupt(request.params.id))
  })
  const setStatus: RequestHandler<{ id: string }> = (request, response) => {
    const { status } = z.strictObject({ status: z.string().min(1) }).parse(request.body)
    answer(response, instances.setStatus(request.params.id, status))
  }
  router.post('/instances/:id/set-status', setStatus)
}

function addInventoryRoutes(router: Router, inventory: InventoryControl): void {
  router.get('/inventory', (_request, response) => {
    response.type('json').send(toJson({ inventory: inventory.list() }))
  })
  router.post('/inventory', (request, response) => {
    inventory.set(request.body)
    response.sendStatus(204)
  })
}

function answer(response: Response, found: boolean): void {
  if (found) response.sendStatus(204)
  else response.status(404).json({ title: 'Not Found', status: 404, detail: 'nothing by that id here' })
}

const asProblem: express.ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof z.ZodError) {
    response.status(422).json({ title: 'Unprocessable Entity', status: 422, detail: z.prettifyError(error) })
  } else if (error instanceof RangeError) {
    response.status(422).json({ title: 'Unprocessable Entity', status: 422, detail: error.message })
  } else next(error)
}
