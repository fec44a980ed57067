import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { newId } from '@berth/contract/ids'
import { markerOf } from '@berth/activities/providers/marker'
import type { Instance } from '@berth/activities/providers/port'
import { untilRunning } from '@berth/activities/providers/contract-kit/pods'
import { createRunPodProvider } from '@berth/activities/providers/runpod/adapter'
import { createVerificationKey } from '@berth/activities/providers/ssh/verification-key'
import type { Rental } from '@berth/entities/rental'
import { startInternalServer } from '@berth/worker/internal-server'
import { createPodGateway } from '@berth/worker/pod-gateway/pod-gateway'
import { startRunPodEmulator, type StartedRunPodEmulator } from '@berth/upstreams/runpod/start'
import { pino } from 'pino'
import { aRental } from '../../apps/api/src/test-support/fixtures.ts'
import { signInAs, type TestPerson } from '../../apps/api/src/test-support/sign-in-as.ts'
import {
  startTestApi,
  TEST_ENVIRONMENT,
  type TestApi,
} from '../../apps/api/src/test-support/start-test-api.ts'
import { findFreePort } from '@berth/stack/process/ports'

/** The API and a worker's pod gateway, each listening, over one emulated cloud and one database. */
export interface PodWorld {
  api: TestApi
  /** "http://127.0.0.1:12345" */
  apiUrl: string
  runpod: StartedRunPodEmulator
  owner: TestPerson
  /** A rental of theirs whose pod runs, and the pod. */
  aPod: (changes?: Partial<Rental>) => Promise<{ rental: Rental; pod: Instance }>
  stopWorker: () => Promise<void>
  close: () => Promise<void>
}

export async function openPodWorld(): Promise<PodWorld> {
  const workerPort = await findFreePort()
  const api = await startTestApi({ env: { POD_GATEWAY_URL: `http://127.0.0.1:${workerPort}` } })
  const runpod = await startRunPodEmulator({ bootMs: 0 })
  const provider = createRunPodProvider({
    apiKey: runpod.apiKey,
    baseUrl: runpod.baseUrl,
    requestsPerMinute: 10_000,
    report: () => undefined,
  })
  const key = createVerificationKey()
  const gateway = createPodGateway({
    dataSource: api.dataSource,
    providers: new Map([[provider.account, provider]]),
    privateKey: key.privateKey,
    secret: TEST_ENVIRONMENT.POD_GATEWAY_SECRET,
    log: pino({ level: 'silent' }),
    logSpacingMs: 50,
  })
  const worker = await startInternalServer({
    host: '127.0.0.1',
    port: workerPort,
    isReady: () => true,
    gateway,
  })
  const door = createServer(api.app).on('upgrade', api.upgrade).listen(0, '127.0.0.1')
  await once(door, 'listening')
  const owner = await signInAs(api, 'octocat')
  const stopWorker = (): Promise<void> => {
    gateway.close()
    return stop(worker)
  }
  return {
    api,
    apiUrl: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    runpod,
    owner,
    stopWorker,
    async aPod(changes = {}) {
      const marker = markerOf(newId('rental'), 1)
      const [offer] = await provider.listOffers(AbortSignal.timeout(10_000))
      if (!offer) throw new Error('the emulated cloud sells nothing')
      const { id } = await provider.launch(
        {
          marker,
          offer,
          sshPublicKeys: [key.publicKey],
          image: 'berth/test',
          diskGib: 20,
          env: {},
          ports: [],
        },
        AbortSignal.timeout(10_000),
      )
      const pod = await untilRunning(provider, id)
      const rental = await aRental(api, owner, {
        account: provider.account,
        provider: provider.name,
        podId: id,
        podMarker: marker,
        sshHost: pod.ssh!.host,
        sshPort: pod.ssh!.port,
        sshUser: pod.ssh!.user,
        ...changes,
      })
      return { rental, pod }
    },
    async close() {
      await stopWorker()
      api.closeStreams()
      await stop(door)
      await provider.close()
      await runpod.close()
      await api.close()
    },
  }
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
