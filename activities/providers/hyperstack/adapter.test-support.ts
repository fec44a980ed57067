import type { UpstreamOffer } from '@berth/contract/offer'
import { startHyperstackEmulator } from '@berth/upstreams/hyperstack/start'
import { emulatedFaults } from '../contract-kit/emulated-faults.ts'
import { aLaunch, patience } from '../contract-kit/pods.ts'
import type { Oddity } from '../http/status-words.ts'
import { createHyperstackProvider } from './adapter.ts'

export const CREATE = { method: 'POST', path: '/virtual-machines$' }
const DESTROY = { method: 'DELETE', path: '/virtual-machines/' }

const closers: (() => Promise<void>)[] = []
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0)) await close()
}

/** An emulated account with 40 small GPUs in each region, its adapter, and the ways to launch and to fail. */
export async function setup({ longestPage = 100 } = {}) {
  const emulator = await startHyperstackEmulator({ bootMs: 30, addressMs: 20, teardownMs: 20, longestPage })
  const { control, baseUrl, apiKey } = emulator
  const oddities: Oddity[] = []
  const report = (oddity: Oddity): void => void oddities.push(oddity)
  const makeProvider = ({ requestsPerMinute = 60_000 } = {}) => {
    const made = createHyperstackProvider({ apiKey, baseUrl, requestsPerMinute, report })
    closers.push(() => made.close())
    return made
  }
  const provider = makeProvider()
  closers.push(() => emulator.close())
  const image = 'any: Hyperstack has its own'
  control.inventory.set({ gpu: 'RTX-A6000', free: 40 })
  const read = async (path: string) =>
    await (await fetch(baseUrl + path, { headers: { api_key: apiKey } })).json()
  return {
    provider,
    makeProvider,
    control,
    apiKey,
    oddities,
    image,
    choose: aSmallOne,
    faults: faultsOf(control, read),
    secret: apiKey,
    close: async () => undefined,
    async launch() {
      const request = await aLaunch({ provider, image, choose: aSmallOne })
      return { request, id: (await provider.launch(request, patience())).id }
    },
  }
}

const aSmallOne = (offers: UpstreamOffer[]): UpstreamOffer | undefined =>
  offers.find(
    ({ gpu, gpuCount, region }) => gpu.model === 'RTX A6000' && gpuCount === 1 && region.code === 'CANADA-1',
  )

type Control = Awaited<ReturnType<typeof startHyperstackEmulator>>['control']

function faultsOf(control: Control, read: (path: string) => Promise<object>) {
  const order = (
    fault: Parameters<typeof control.faults.add>[0]['fault'],
    match?: { method?: string; path: string },
  ) => void control.faults.add({ fault, ...(match ? { match } : {}) })
  return {
    ...emulatedFaults({
      control,
      create: CREATE,
      destroy: DESTROY,
      invalidStatus: 400,
      unknownWord: 'TELEPORTING',
    }),
    noCapacity: () => order({ kind: 'no_capacity' }),
    upstreamFunds: () => order({ kind: 'no_credit' }),
    quota: () => order({ kind: 'quota_exceeded' }),
    notYet: () =>
      order(
        {
          kind: 'status',
          status: 400,
          body: { status: false, message: 'Virtual machine can not be deleted in BUILD state.' },
        },
        DESTROY,
      ),
    async unknownFields(id: string) {
      const told = (await read(`/core/virtual-machines/${id}`)) as { instance: object }
      const instance = { ...told.instance, contract: { id: 7 }, tags: [{ key: 'a', value: 'b' }] }
      const body = { ...told, instance, request_id: 'x' }
      order({ kind: 'status', status: 200, body }, { path: `/virtual-machines/${id}$` })
    },
  }
}
