import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import ssh2 from 'ssh2'
import { afterEach, describe, expect, it } from 'vitest'
import type { SoldGpu } from '../port.ts'
import { parseGpus, probePod } from './probe-pod.ts'
import { readSshBanner } from './read-ssh-banner.ts'
import { createOpenSshKeyPair } from './openssh-key-pair.ts'
import { createVerificationKey } from './verification-key.ts'

const ours = createVerificationKey()
const hostKey = createOpenSshKeyPair('host')
const H100: SoldGpu = { vendor: 'nvidia', model: 'H100', memoryGib: 80, count: 2 }
const TWO_H100 = 'NVIDIA H100 80GB HBM3, 81559\nNVIDIA H100 80GB HBM3, 81559\n'
const closers: (() => void)[] = []

describe('probe of a pod', () => {
  afterEach(() => closers.splice(0).forEach((close) => close()))

  it('passes a pod that lets us in and shows the boards that were sold', async () => {
    const probe = await setup({ prints: TWO_H100 })
    expect(await probe({ expected: H100 })).toEqual({
      ok: true,
      hostKeyFingerprint: expect.stringMatching(/^SHA256:[\w+/]{43}$/),
      gpus: [
        { name: 'NVIDIA H100 80GB HBM3', memoryMib: 81_559 },
        { name: 'NVIDIA H100 80GB HBM3', memoryMib: 81_559 },
      ],
    })
  })

  it.each([
    ['another model', 'NVIDIA H200, 143771\nNVIDIA H200, 143771\n'],
    ['fewer boards', 'NVIDIA H100 80GB HBM3, 81559\n'],
    ['a slice of a board', 'NVIDIA H100 80GB HBM3, 40448\nNVIDIA H100 80GB HBM3, 40448\n'],
    ['mixed boards', 'NVIDIA H100 80GB HBM3, 81559\nNVIDIA A100-SXM4-80GB, 81920\n'],
    ['no memory told', 'NVIDIA H100 80GB HBM3, [N/A]\nNVIDIA H100 80GB HBM3, [N/A]\n'],
    ['nothing at all', ''],
  ])('refuses %s, and says what it found', async (_what, prints) => {
    const probe = await setup({ prints })
    expect(await probe({ expected: H100 })).toMatchObject({
      ok: false,
      reason: 'gpu_mismatch',
      words: expect.stringMatching(/^Sold was 2x H100 80 GiB, found was /),
    })
  })

  it('tells a driver that does not answer from a wrong board', async () => {
    const probe = await setup({ prints: 'No devices were found', code: 6 })
    expect(await probe({ expected: H100 })).toMatchObject({
      reason: 'gpu_unusable',
      words: expect.stringMatching(/6: No devices/),
    })
  })

  it('does not ask for a GPU where none was sold, nor where the vendor has no probe', async () => {
    const probe = await setup({ prints: 'nobody reads this', code: 0 })
    expect(await probe({ expected: null })).toMatchObject({ ok: true, gpus: [] })
    expect(await probe({ expected: { ...H100, vendor: 'amd' } })).toMatchObject({ ok: true, gpus: null })
  })

  it('checks the server alone where no key of ours is in the pod', async () => {
    const probe = await setup({ prints: TWO_H100 })
    expect(await probe({ expected: H100, privateKey: null })).toMatchObject({
      ok: true,
      gpus: null,
      hostKeyFingerprint: expect.stringMatching(/^SHA256:/),
    })
  })

  it('says that the key is not accepted (yet)', async () => {
    const probe = await setup({ prints: TWO_H100 })
    const stranger = createVerificationKey().privateKey
    expect(await probe({ expected: H100, privateKey: stranger })).toMatchObject({
      ok: false,
      reason: 'auth_refused',
    })
  })

  it('gives up on a command that never ends', async () => {
    const probe = await setup({ prints: null })
    expect(await probe({ expected: H100, timeoutMs: 200 })).toMatchObject({
      ok: false,
      reason: 'unreachable',
    })
  })
})

describe('ssh banner', () => {
  afterEach(() => closers.splice(0).forEach((close) => close()))

  it('reads the version line, also after a greeting and in pieces', async () => {
    const port = await listen((socket) => {
      socket.write('Welcome!\r\nSSH-2.0-Open')
      setTimeout(() => socket.write('SSH_9.6\r\n'), 20)
    })
    expect(await banner(port)).toEqual({ ok: true, banner: 'SSH-2.0-OpenSSH_9.6' })
  })

  it('tells another service from nobody', async () => {
    const web = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect(await banner(web)).toMatchObject({
      reason: 'not_ssh',
      words: expect.stringMatching(/HTTP\/1.1 400/),
    })
    const shut = await listen((socket) => socket.end())
    expect(await banner(shut)).toMatchObject({ reason: 'unreachable' })
    const silent = await listen(() => undefined)
    expect(await banner(silent)).toMatchObject({
      reason: 'unreachable',
      words: expect.stringMatching(/100 ms/),
    })
    const endless = await listen((socket) => socket.write('x'.repeat(20_000)))
    expect(await banner(endless)).toMatchObject({ reason: 'not_ssh' })
    expect(await readSshBanner({ host: '127.0.0.1', port: 1, timeoutMs: 100 })).toMatchObject({
      words: 'ECONNREFUSED',
    })
  })

  it('stops at once when it is called off', async () => {
    const silent = await listen(() => undefined)
    const signal = AbortSignal.abort()
    expect(await readSshBanner({ host: '127.0.0.1', port: silent, timeoutMs: 60_000, signal })).toMatchObject(
      {
        words: 'called off',
      },
    )
  })
})

describe('nvidia-smi', () => {
  it('is read line by line, whatever stands around', () => {
    expect(parseGpus('NVIDIA L4, 23034\r\n\nNVIDIA Foo, Rev. B, 100\n')).toEqual([
      { name: 'NVIDIA L4', memoryMib: 23_034 },
      { name: 'NVIDIA Foo, Rev. B', memoryMib: 100 },
    ])
  })
})

const banner = (port: number) => readSshBanner({ host: '127.0.0.1', port, timeoutMs: 100 })

async function listen(serve: (socket: Socket) => unknown): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

/** A pod whose only program prints this; null never answers. */
async function setup({ prints, code = 0 }: { prints: string | null; code?: number }) {
  const authorized = ssh2.utils.parseKey(ours.publicKey)
  if (authorized instanceof Error) throw authorized
  const server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    client.on('error', () => undefined)
    client.on('authentication', (attempt) => {
      const known = attempt.method === 'publickey' && attempt.key.data.equals(authorized.getPublicSSH())
      if (known) attempt.accept()
      else attempt.reject(['publickey'])
    })
    client.on('session', (accept) =>
      accept().on('exec', (acceptExec) => {
        const channel = acceptExec()
        if (prints === null) return
        channel.write(prints)
        channel.exit(code)
        channel.end()
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  const ssh = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, user: 'root' }
  return (options: { expected: SoldGpu | null; privateKey?: string | null; timeoutMs?: number }) =>
    probePod({ ssh, privateKey: ours.privateKey, timeoutMs: 3_000, ...options })
}
