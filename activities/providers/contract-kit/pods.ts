import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '@berth/contract/ids'
import type { UpstreamOffer } from '@berth/contract/offer'
import { markerOf } from '../marker.ts'
import type { Instance, LaunchRequest, Provider } from '../port.ts'
import type { ProviderError } from '../provider-error.ts'
import { createOpenSshKeyPair } from '../ssh/openssh-key-pair.ts'
import { runOverSsh, type SshRun } from '../ssh/run-over-ssh.ts'

const WAIT_MS = 30_000
const POLL_MS = 50

export const renter = createOpenSshKeyPair('renter')
export const secondDevice = createOpenSshKeyPair('second-device')
export const stranger = createOpenSshKeyPair('stranger')

/** Ours to give up on; the adapter's own timeouts are longer than any test. */
export const patience = (ms = WAIT_MS): AbortSignal => AbortSignal.timeout(ms)

interface RequestParts {
  provider: Provider
  image: string
  choose?: ((offers: UpstreamOffer[]) => UpstreamOffer | undefined) | undefined
}

/** A launch of the cheapest (or the chosen) offer, with a marker of its own and two keys. */
export async function aLaunch({ provider, image, choose = cheapest }: RequestParts): Promise<LaunchRequest> {
  const offer = choose(await provider.listOffers(patience()))
  if (!offer) throw new Error(`${provider.name} offers nothing to launch`)
  return {
    marker: markerOf(newId('rental'), 1),
    offer,
    sshPublicKeys: [renter.publicKey, secondDevice.publicKey],
    image,
    diskGib: offer.disk.includedGib,
    env: { GREETING: 'hello' },
    ports: [8888],
  }
}

const cheapest = (offers: UpstreamOffer[]): UpstreamOffer | undefined =>
  offers.toSorted((a, b) => a.upstreamMicrosPerHour - b.upstreamMicrosPerHour)[0]

/** Asks until the answer will do; fails with the last answer in its words. */
export async function until<T>(ask: () => Promise<T>, willDo: (answer: T) => boolean): Promise<T> {
  const deadlineMs = Date.now() + WAIT_MS
  for (;;) {
    const answer = await ask()
    if (willDo(answer)) return answer
    if (Date.now() > deadlineMs) throw new Error(`still ${JSON.stringify(answer)} after ${WAIT_MS} ms`)
    await sleep(POLL_MS)
  }
}

export const untilRunning = (provider: Provider, id: string): Promise<Instance> =>
  until(
    () => provider.describe(id, patience()),
    ({ state, ssh }) => state === 'running' && ssh !== null,
  )

/** Orders the end, again where the provider ends nothing that is still being set up. */
export const endSoon = (provider: Provider, id: string): Promise<boolean> =>
  until(
    () =>
      provider.terminate(id, patience()).then(
        () => true,
        (error: ProviderError) => (error.kind === 'not_yet' ? false : Promise.reject(error)),
      ),
    (ended) => ended,
  )

export const untilGone = (provider: Provider, id: string): Promise<Instance> =>
  until(
    () => provider.describe(id, patience()),
    ({ state }) => state === 'gone',
  )

/** One command with the renter's (or another) key, asked again while the server inside still comes up. */
export async function inPod(
  instance: Instance,
  command: string,
  privateKey = renter.privateKey,
): Promise<SshRun> {
  const { ssh } = instance
  if (!ssh) throw new Error(`${instance.id} has no address`)
  return until(
    () => runOverSsh({ ssh, privateKey, command, timeoutMs: 5_000 }),
    (run) => run.ok || run.reason === 'auth_refused',
  )
}

/** The error of a call that must fail. */
export const failureOf = (outcome: Promise<unknown>): Promise<ProviderError> =>
  outcome.then(
    (value) => Promise.reject(new Error(`expected a failure, got ${JSON.stringify(value)}`)),
    (error: unknown) => error as ProviderError,
  )
