import type { UpstreamOffer } from '@berth/contract/offer'
import type { EmulatorClock } from '@berth/upstreams/kit/clock'
import { startVerdaEmulator } from '@berth/upstreams/verda/start'
import { emulatedFaults } from '../contract-kit/emulated-faults.ts'
import { aLaunch, patience } from '../contract-kit/pods.ts'
import type { Oddity } from '../http/status-words.ts'
import { createVerdaProvider } from './adapter.ts'

export const CREATE = { method: 'POST', path: '/v1/instances$' }
/** What a first request for a token may be given by order. */
const TOKEN = 'a-token-made-for-this-test'
export const ACTION = { method: 'PUT', path: '/v1/instances$' }

const closers: (() => Promise<void>)[] = []
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0)) await close()
}

interface LaunchChange {
  diskGib?: number
  choose?: (offers: UpstreamOffer[]) => UpstreamOffer | undefined
}

/** An emulated account, its adapter and the ways to make another, to launch and to fail. */
export async function setup({ clock }: { clock?: EmulatorClock } = {}) {
  const emulator = await startVerdaEmulator({ clock })
  const { control, baseUrl, credentials } = emulator
  const oddities: Oddity[] = []
  const report = (oddity: Oddity): void => void oddities.push(oddity)
  const makeProvider = (as = credentials, { requestsPerMinute = 60_000 } = {}) => {
    const provider = createVerdaProvider({ credentials: as, baseUrl, requestsPerMinute, report })
    closers.push(() => provider.close())
    return provider
  }
  const provider = makeProvider()
  closers.push(() => emulator.close())
  const bearer = await tokenOf(emulator)
  control.requests.clear()
  const image = 'any: Verda has its own'
  return {
    provider,
    makeProvider,
    control,
    oddities,
    image,
    faults: faultsOf(emulator, bearer),
    secret: TOKEN,
    close: async () => undefined,
    async register(path: string, body: object) {
      const headers = {
        authorization: `Bearer ${await tokenOf(emulator)}`,
        'content-type': 'application/json',
      }
      await fetch(baseUrl + path, { method: 'POST', headers, body: JSON.stringify(body) })
    },
    async launch({ choose, ...change }: LaunchChange = {}) {
      const request = { ...(await aLaunch({ provider, image, choose })), ...change }
      return { request, id: (await provider.launch(request, patience())).id }
    },
  }
}

type Emulator = Awaited<ReturnType<typeof startVerdaEmulator>>

async function tokenOf({ baseUrl, credentials }: Emulator): Promise<string> {
  const { clientId: client_id, clientSecret: client_secret } = credentials
  const answer = await fetch(`${baseUrl}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', client_id, client_secret }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

function faultsOf({ control, baseUrl }: Emulator, bearer: string) {
  const order = (
    fault: Parameters<typeof control.faults.add>[0]['fault'],
    match?: { method?: string; path: string },
  ) => void control.faults.add({ fault, ...(match ? { match } : {}) })
  return {
    ...emulatedFaults({
      control,
      create: CREATE,
      destroy: ACTION,
      invalidStatus: 400,
      unknownWord: 'teleporting',
    }),
    // Why twice: a token that is refused is replaced, and the launch sent again.
    launchUnauthorized: () =>
      void control.faults.add({ match: CREATE, times: 2, fault: { kind: 'unauthorized' } }),
    echo(words: string) {
      const body = { access_token: TOKEN, expires_in: 3_600 }
      order({ kind: 'status', status: 200, body }, { path: '/oauth2/token$' })
      order({ kind: 'status', status: 400, body: words }, { path: '/instances$' })
    },
    noCapacity: () => order({ kind: 'no_capacity' }),
    upstreamFunds: () => order({ kind: 'insufficient_funds' }),
    quota: () => order({ kind: 'quota_exceeded' }),
    notYet: () =>
      order(
        {
          kind: 'refused_in_207',
          error: "Can't discontinue a provisioning instance",
          statusCode: 400,
        },
        ACTION,
      ),
    async unknownFields(id: string) {
      const headers = { authorization: `Bearer ${bearer}` }
      const answer = await fetch(`${baseUrl}/instances/${id}`, { headers })
      const body = { ...((await answer.json()) as object), rack: { row: 7 }, tags: [{ any: 'thing' }] }
      order({ kind: 'status', status: 200, body }, { path: `/v1/instances/${id}$` })
    },
  }
}
