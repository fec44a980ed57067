import { TERMINAL_CLOSE } from '@berth/contract/pod-access'
import { PROBLEMS } from '@berth/contract/problems'
import { RentalEntity } from '@berth/entities/rental'
import { SessionEntity } from '@berth/entities/session'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signInAs, type TestPerson } from '../../apps/api/src/test-support/sign-in-as.ts'
import { openPodWorld, type PodWorld } from './pod-world.ts'
import { openTerminal, type TerminalClient } from './terminal-client.ts'

let world: PodWorld
let stranger: TestPerson
beforeAll(async () => {
  world = await openPodWorld()
  stranger = await signInAs(world.api, 'ada')
})
afterAll(() => world.close())

const ORIGIN = 'http://localhost:4300'

describe('the terminal of a pod', () => {
  it('is a shell in the pod, and ends with it', async () => {
    const { rental } = await world.aPod()
    const terminal = await visit(rental.id)
    await shows(terminal, 'Welcome to an emulated pod')
    terminal.resize(120, 40)
    terminal.type('echo it is $USER\r')
    await shows(terminal, 'it is root')
    terminal.type('exit\r')
    expect(await terminal.closed).toEqual({ code: 1000, reason: 'the shell ended with 0' })
  })

  it('loses nothing that is typed before the pod has answered', async () => {
    const { rental } = await world.aPod()
    const terminal = await visit(rental.id)
    terminal.type('echo typed early\r')
    await shows(terminal, '\ntyped early')
    terminal.type('exit\r')
    expect((await terminal.closed).code).toBe(1000)
  })

  it('is closed with the host key that was seen when another machine answers at the address', async () => {
    const { rental } = await world.aPod({ hostKey: 'SHA256:of-another-machine' })
    expect(await (await visit(rental.id)).closed).toEqual({
      code: TERMINAL_CLOSE.other_host,
      reason: expect.stringMatching(/^SHA256:[\w+/]{43}$/),
    })
  })

  it('is closed in words when the pod is gone, and when it never was', async () => {
    const { rental, pod } = await world.aPod()
    world.runpod.control.instances.kill(pod.id)
    expect(await (await visit(rental.id)).closed).toMatchObject({ code: TERMINAL_CLOSE.unreachable })
    const ended = await world.aPod({ phase: 'ended' })
    expect(await (await visit(ended.rental.id)).closed).toMatchObject({ code: TERMINAL_CLOSE.notRunning })
  })

  it('opens for its renter only, and only from the dashboard', async () => {
    const { rental } = await world.aPod()
    const { apiUrl, owner } = world
    const at = { apiUrl, rentalId: rental.id, origin: ORIGIN }
    await expect(openTerminal(at)).rejects.toThrow('HTTP 401')
    await expect(openTerminal({ ...at, cookie: stranger.cookie })).rejects.toThrow('HTTP 404')
    const elsewhere = { ...at, cookie: owner.cookie, origin: 'https://evil.example' }
    await expect(openTerminal(elsewhere)).rejects.toThrow('HTTP 403')
    await expect(
      openTerminal({ apiUrl, rentalId: 'rent_unknown', cookie: owner.cookie, origin: ORIGIN }),
    ).rejects.toThrow('HTTP 404')
  })

  it('ends with the session that opened it', async () => {
    const { rental } = await world.aPod()
    const person = await signInAs(world.api, 'octocat')
    const terminal = await visit(rental.id, person)
    await shows(terminal, 'Welcome')
    await supertest(world.api.app)
      .post('/v1/auth/logout')
      .set({ cookie: person.cookie, origin: ORIGIN })
      .expect(204)
    expect(await terminal.closed).toMatchObject({ code: TERMINAL_CLOSE.signedOut })
    expect(await sessions().existsBy({ sid: person.sessionId })).toBe(false)
  })
})

describe('the test of a connection', () => {
  const ask = (rentalId: string, { cookie } = world.owner) =>
    supertest(world.api.app).post(`/v1/rentals/${rentalId}/connection-test`).set({ cookie, origin: ORIGIN })

  it('says how long a login took', async () => {
    const { rental } = await world.aPod()
    const { body } = await ask(rental.id).expect(200)
    expect(body).toEqual({ ok: true, reason: null, detail: null, milliseconds: expect.any(Number) })
  })

  it('says in words what stood in the way', async () => {
    const { rental, pod } = await world.aPod()
    world.runpod.control.instances.kill(pod.id)
    expect((await ask(rental.id).expect(200)).body).toMatchObject({ ok: false, reason: 'unreachable' })
    const other = await world.aPod({ hostKey: 'SHA256:of-another-machine' })
    expect((await ask(other.rental.id).expect(200)).body).toMatchObject({ ok: false, reason: 'other_host' })
  })

  it('is refused for a pod that is not there, and for somebody else’s', async () => {
    const { rental } = await world.aPod({ phase: 'ended' })
    expect((await ask(rental.id).expect(409)).body).toMatchObject({ code: 'pod_not_running' })
    await ask(rental.id, stranger).expect(404)
  })
})

describe('the log of a pod', () => {
  it('comes line by line, live, and goes on after the last line seen', async () => {
    const { rental, pod } = await world.aPod()
    const { print } = world.runpod.control.instances
    print(pod.id, 'epoch 1')
    const first = await readLog(rental.id)
    await first.until('epoch 1')
    print(pod.id, 'epoch 2')
    await first.until('epoch 2')
    first.leave()
    print(pod.id, 'epoch 3')
    const second = await readLog(rental.id, first.lastId())
    await second.until('epoch 3')
    expect(second.text()).not.toContain('epoch 1')
    expect(second.text()).not.toContain('epoch 2')
    second.leave()
  })

  it('is for its renter only, and for a pod that is there', async () => {
    const { rental } = await world.aPod()
    await log(rental.id, stranger.cookie).expect(404)
    await supertest(world.api.app).get(`/v1/rentals/${rental.id}/logs`).expect(401)
    const ended = await world.aPod({ phase: 'ended' })
    const { body } = await log(ended.rental.id).expect(409)
    expect(body).toMatchObject({ code: 'pod_not_running' })
  })

  it('says that there is none where the provider shows none', async () => {
    const { rental } = await world.aPod()
    await world.api.dataSource.getRepository(RentalEntity).update(rental.id, { account: 'lambda' })
    expect((await log(rental.id).expect(409)).body).toMatchObject({ code: 'no_logs' })
  })

  const log = (rentalId: string, cookie = world.owner.cookie) =>
    supertest(world.api.app).get(`/v1/rentals/${rentalId}/logs`).set({ cookie })
})

describe('without a worker', () => {
  it('says that pods can not be reached, and that the pod itself is not affected', async () => {
    const { rental } = await world.aPod()
    await world.stopWorker()
    const { body } = await supertest(world.api.app)
      .post(`/v1/rentals/${rental.id}/connection-test`)
      .set({ cookie: world.owner.cookie, origin: ORIGIN })
      .expect(PROBLEMS.pods_unreachable.status)
    expect(body.detail).toContain('Your pod is not affected')
    expect(await (await visit(rental.id)).closed).toMatchObject({ code: TERMINAL_CLOSE.gatewayDown })
  })
})

const sessions = () => world.api.dataSource.getRepository(SessionEntity)

const visit = (rentalId: string, { cookie } = world.owner): Promise<TerminalClient> =>
  openTerminal({ apiUrl: world.apiUrl, rentalId, cookie, origin: ORIGIN })

async function shows(terminal: TerminalClient, words: string): Promise<void> {
  await expect.poll(() => terminal.screen(), { timeout: 15_000 }).toContain(words)
}

/** The event stream as a browser reads it. */
async function readLog(rentalId: string, lastEventId?: string) {
  const left = new AbortController()
  const response = await fetch(`${world.apiUrl}/v1/rentals/${rentalId}/logs`, {
    headers: { cookie: world.owner.cookie, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
    signal: left.signal,
  })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  let text = ''
  const reading = (async () => {
    for await (const chunk of response.body!) text += Buffer.from(chunk).toString('utf8')
  })().catch((error: Error) => {
    if (error.name !== 'AbortError') throw error
  })
  return {
    text: () => text,
    until: async (words: string) => {
      await expect.poll(() => text, { timeout: 15_000 }).toContain(words)
    },
    lastId: () => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1],
    leave: async () => {
      left.abort()
      await reading
    },
  }
}
