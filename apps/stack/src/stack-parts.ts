import type { Part } from './part.ts'
import { apiPart } from './parts/api.ts'
import { dashboardPart } from './parts/dashboard.ts'
import { podImagePart } from './parts/pod-image.ts'
import { postgresPart } from './parts/postgres.ts'
import { temporalPart } from './parts/temporal.ts'
import { upstreamsPart } from './parts/upstreams.ts'
import { workerPart } from './parts/worker.ts'
import type { Stack } from './stack.ts'

/** Everything `npm start` runs. Stopped from the end: whoever reads or calls another part is listed after it. */
export function stackParts(stack: Stack): Part[] {
  return [
    postgresPart(stack),
    temporalPart(stack),
    upstreamsPart(stack),
    podImagePart(stack),
    workerPart(stack),
    apiPart(stack),
    dashboardPart(stack),
  ]
}
