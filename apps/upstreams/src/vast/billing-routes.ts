import express, { type Router } from 'express'
import type { Meter, MeteredInstance } from '../kit/meter.ts'
import { dollars } from './dollars.ts'
import { dayFilterSchema, jsonParameter } from './requests.ts'

const KINDS = ['gpu', 'disk'] as const
const BALANCE_DOLLARS = 250

/** `/charges` and `/users/current`: the meter and a balance, read out in dollars; amounts rounded to a tenth of a cent. */
export function createBillingRoutes({ meter, nowMs }: { meter: Meter; nowMs: () => number }): Router {
  const router = express.Router()

  router.get('/api/v0/charges', (request, response) => {
    const filter = dayFilterSchema.safeParse(jsonParameter(request.query['select_filters']))
    if (!filter.success) {
      const msg = "Must provide both 'day' gte and lte filters for instance charges"
      response.status(400).json({ success: false, msg })
      return
    }
    const { gte, lte } = filter.data.day
    const within = meter
      .instances()
      .filter(({ bornMs, diedMs }) => bornMs / 1000 <= lte && (diedMs ?? nowMs()) / 1000 >= gte)
      .toSorted((a, b) => b.bornMs - a.bornMs)
    const offset = Number(request.query['after_token'] ?? 0)
    const limit = Math.min(Number(request.query['limit'] ?? 100), 500)
    const results = within.slice(offset, offset + limit).map((book) => renderCharges(book, meter, nowMs()))
    const next = offset + limit < within.length ? String(offset + limit) : null
    response.json({ success: true, count: results.length, total: within.length, next_token: next, results })
  })

  router.get('/api/v0/users/current', (_request, response) => {
    response.json({
      id: 5511,
      email: 'billing@berth.example',
      balance: BALANCE_DOLLARS,
      ssh_key: '',
      sid: '',
    })
  })

  return router
}

const rounded = (usd: number): number => Math.round(usd * 1000) / 1000

function renderCharges(book: MeteredInstance, meter: Meter, nowMs: number): Record<string, unknown> {
  const { instanceId, bornMs, diedMs, marker } = book
  const [start, end] = [Math.floor(bornMs / 1000), Math.floor((diedMs ?? nowMs) / 1000)]
  const items = KINDS.map((kind) => ({
    start,
    end,
    type: kind,
    source: null,
    description: `${kind} of ${instanceId}`,
    amount: rounded(dollars(meter.costMicros(instanceId, { kind }))),
    metadata: {},
    items: [],
  }))
  return {
    start,
    end,
    type: 'instance',
    source: `instance-${instanceId}`,
    description: `Instance ${instanceId} Charges`,
    amount: rounded(dollars(meter.costMicros(instanceId))),
    metadata: { label: marker },
    items,
  }
}
