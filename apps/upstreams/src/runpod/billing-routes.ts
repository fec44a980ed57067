import express, { type Router } from 'express'
import { z } from 'zod'
import type { EmulatorClock } from '../kit/clock.ts'
import type { Meter } from '../kit/meter.ts'
import { type Bucket, bucketsBetween, lastBuckets, MOST_BUCKETS } from './billing-buckets.ts'
import { type Problem, sendProblem } from './problem.ts'
import { parseRequest } from './requests.ts'

const querySchema = z.object({
  startTime: z.iso.datetime({ offset: true }).optional(),
  endTime: z.iso.datetime({ offset: true }).optional(),
  bucketSize: z.enum(['hour', 'day', 'week', 'month', 'year']).default('day'),
  lastN: z.coerce.number().int().min(1).optional(),
  podId: z.string().optional(),
})
type BillingQuery = z.infer<typeof querySchema>

const DEFAULT_WINDOW_MS = 30 * 86_400_000

/** `/billing/pods`: the meter, read out in calendar buckets of UTC and in dollars, as RunPod does. */
export function createBillingRoutes({ meter, clock }: { meter: Meter; clock: EmulatorClock }): Router {
  const router = express.Router()
  router.get('/billing/pods', (request, response) => {
    const query = parseRequest(querySchema, request.query)
    if (!query.ok) {
      sendProblem(response, query.problem)
      return
    }
    const report = billingReport(query.value, meter, clock.nowMs())
    if (report.ok) response.json(report.body)
    else sendProblem(response, report.problem)
  })
  return router
}

type Report =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly problem: Problem }

function billingReport(query: BillingQuery, meter: Meter, nowMs: number): Report {
  if (query.lastN !== undefined && (query.startTime ?? query.endTime) !== undefined) {
    return refuse('lastN and startTime/endTime are mutually exclusive')
  }
  const buckets = bucketsOf(query, nowMs)
  const [first, last] = [buckets?.[0], buckets?.at(-1)]
  if (first === undefined || last === undefined || buckets === null) {
    return refuse(`the window holds no bucket, or more than ${MOST_BUCKETS}`)
  }
  const found = buckets.flatMap((bucket) => recordsIn(bucket, meter, query.podId))
  const records = found.map(({ bucket, id, amounts }) => ({
    ...inTimes(bucket),
    podId: id,
    ...inDollars(amounts),
  }))
  const window = inTimes({ fromMs: first.fromMs, toMs: last.toMs })
  const metadata = {
    query: { ...window, bucketSize: query.bucketSize, podId: query.podId ?? null },
    recordCount: records.length,
    uniquePodCount: new Set(found.map(({ id }) => id)).size,
    totals: inDollars(sum(found.map(({ amounts }) => amounts))),
  }
  return { ok: true, body: { records, metadata } }
}

const refuse = (detail: string): Report => ({ ok: false, problem: { status: 400, detail } })

function bucketsOf(
  { startTime, endTime, bucketSize, lastN }: BillingQuery,
  nowMs: number,
): readonly Bucket[] | null {
  if (lastN !== undefined) return lastBuckets(lastN, nowMs, bucketSize)
  const endMs = endTime === undefined ? nowMs : Date.parse(endTime)
  const startMs = startTime === undefined ? endMs - DEFAULT_WINDOW_MS : Date.parse(startTime)
  return bucketsBetween(startMs, endMs, bucketSize)
}

const iso = (ms: number): string => new Date(ms).toISOString()

const inTimes = ({ fromMs, toMs }: Bucket): { startTime: string; endTime: string } => ({
  startTime: iso(fromMs),
  endTime: iso(toMs),
})

interface Amounts {
  readonly gpu: bigint
  readonly disk: bigint
}

function recordsIn(bucket: Bucket, meter: Meter, podId: string | undefined) {
  return meter
    .instances()
    .filter(({ instanceId }) => (podId ?? instanceId) === instanceId)
    .map(({ instanceId: id }) => ({
      bucket,
      id,
      amounts: {
        gpu: meter.costMicros(id, { ...bucket, kind: 'gpu' }),
        disk: meter.costMicros(id, { ...bucket, kind: 'disk' }),
      },
    }))
    .filter(({ amounts }) => amounts.gpu + amounts.disk > 0n)
}

const sum = (all: readonly Amounts[]): Amounts =>
  all.reduce((total, { gpu, disk }) => ({ gpu: total.gpu + gpu, disk: total.disk + disk }), {
    gpu: 0n,
    disk: 0n,
  })

/** Dollars as JSON numbers, since that is RunPod's wire; nothing is calculated with them here. */
function inDollars({ gpu, disk }: Amounts): Record<string, number> {
  const dollars = (micros: bigint): number => Number(micros) / 1_000_000
  return {
    totalAmount: dollars(gpu + disk),
    gpuAmount: dollars(gpu),
    cpuAmount: 0,
    diskAmount: dollars(disk),
  }
}
