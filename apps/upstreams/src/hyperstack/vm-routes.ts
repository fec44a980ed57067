import express, { type Request, type Response, type Router } from 'express'
import type { EmulatorClock } from '../kit/clock.ts'
import { faultedRequest } from '../kit/fault-middleware.ts'
import { API_ERRORS, type ApiError, invalid, sendError } from './api-error.ts'
import { renderRule, renderVm } from './render-vm.ts'
import { pageSchema, wordsOf } from './requests.ts'
import { securityRuleSchema, type Vm } from './vm.ts'
import type { VmLife } from './vm-life.ts'
import type { Vms } from './vms.ts'

interface VmRoutesDeps {
  readonly vms: Vms
  readonly life: VmLife
  readonly clock: EmulatorClock
  /** The address machines are reached at. */
  readonly host: string
  /** A page is never longer, whatever was asked for. */
  readonly longestPage: number
}

const PATH = '/core/virtual-machines'

/** `/core/virtual-machines` of the vendor document: create, read, delete, and the firewall. */
export function createVmRoutes({ vms, life, clock, host, longestPage }: VmRoutesDeps): Router {
  const router = express.Router()
  const render = (vm: Vm): Record<string, unknown> => renderVm(vm, { nowMs: clock.nowMs(), host })

  router.get(PATH, (request, response) => {
    const query = pageSchema.safeParse(request.query)
    if (!query.success) {
      sendError(response, invalid(wordsOf(query.error)))
      return
    }
    const { page, search } = query.data
    const pageSize = Math.min(query.data.pageSize, longestPage)
    const found = vms.list().filter(({ name }) => name.includes(search))
    const instances = found.slice((page - 1) * pageSize, page * pageSize).map(render)
    const message = 'Getting virtual machines successful'
    response.json({ status: true, message, instances, count: found.length, page, page_size: pageSize })
  })

  router.post(PATH, (request, response) => {
    const answer = vms.create(request.body, faultedRequest(request))
    if (!answer.ok) {
      sendError(response, answer.error)
      return
    }
    const message = 'Virtual machine(s) creation in progress'
    response.json({ status: true, message, instances: answer.value.map(render) })
  })

  router.get(`${PATH}/:id`, (request, response) =>
    withVm({ vms, request, response }, (vm) => {
      const message = 'Getting virtual machine detail successful'
      response.json({ status: true, message, instance: render(vm) })
    }),
  )

  router.delete(`${PATH}/:id`, (request, response) =>
    withVm({ vms, request, response }, (vm) => {
      vms.remove(vm, faultedRequest(request))
      response.json({ status: true, message: 'Virtual machine deletion in progress' })
    }),
  )

  router.post(`${PATH}/:id/sg-rules`, (request, response) =>
    withVm({ vms, request, response }, (vm) => {
      const rule = securityRuleSchema.safeParse(request.body)
      if (!rule.success) {
        sendError(response, invalid(wordsOf(rule.error)))
        return
      }
      vm.rules.push(rule.data)
      const security_rule = renderRule(rule.data, vm.rules.length - 1, clock.nowMs())
      void life
        .applyRules(vm)
        .then(() => response.json({ status: true, message: 'Firewall rule added', security_rule }))
    }),
  )

  return router
}

/** Power orders, all behind GET: whoever repeats one repeats its effect. */
export function createPowerRoutes({ vms }: Pick<VmRoutesDeps, 'vms'>): Router {
  const router = express.Router()
  type Order = (vm: Vm, request: Request<{ id: string }>) => { ok: true } | { ok: false; error: ApiError }
  const on = (order: string, act: Order): void => {
    router.get(`${PATH}/:id/${order}`, (request, response) =>
      withVm({ vms, request, response }, (vm) => {
        const answer = act(vm, request)
        if (answer.ok) response.json({ status: true, message: `Virtual machine ${order} in progress` })
        else sendError(response, answer.error)
      }),
    )
  }
  on('hibernate', (vm, request) => vms.hibernate(vm, request.query['retain_ip'] === 'true'))
  on('hibernate-restore', (vm, request) => vms.restore(vm, faultedRequest(request)))
  on('stop', (vm) => vms.stop(vm))
  on('start', (vm) => vms.start(vm))
  return router
}

interface WithVm {
  readonly vms: Vms
  readonly request: Request<{ id: string }>
  readonly response: Response
}

function withVm({ vms, request, response }: WithVm, use: (vm: Vm) => void): void {
  const vm = vms.get(request.params.id)
  if (vm === undefined) sendError(response, API_ERRORS.noSuchVm)
  else use(vm)
}
