import { createOpenSshKeyPair } from '@berth/activities/providers/ssh/openssh-key-pair'
import type { RentalDetail } from '@berth/contract/schemas/rentals'
import Docker from 'dockerode'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { startTestStack, type TestStack } from '../support/stack.ts'
import { addSshKey, getJson, rentFirst, signIn, stopPod, topUp } from '../support/visitor.ts'

const keys = createOpenSshKeyPair('octocat@laptop')
const docker = new Docker()

let stack: TestStack
let context: BrowserContext
let page: Page
let folder: string

beforeAll(async () => {
  stack = await startTestStack({ DOCKER_ENABLED: 'true' })
  folder = await mkdtemp(join(tmpdir(), 'berth-ssh-'))
  const browser = await launchBrowser()
  context = await browser.newContext({
    baseURL: stack.addresses.dashboard,
    viewport: { width: 1440, height: 900 },
  })
  page = await context.newPage()
  page.setDefaultTimeout(30_000)
})

afterAll(async () => {
  await context?.browser()?.close()
  await stack?.stop()
  if (folder) await rm(folder, { recursive: true })
})

test('the same clicks rent a real container', async () => {
  await signIn(page, 'octocat')
  await addSshKey(page, keys.publicKey)
  await topUp(page, 25)
  await rentFirst(page, { market: 'provider=docker&includeCpu=true', hours: 1, image: 'berth-pod:local' })
  const { id, ssh } = await rental()
  expect(await containersOf(id)).toMatchObject([{ State: 'running' }])
  expect(await overSsh(ssh!, 'echo hello from $(hostname)')).toMatch(/^hello from \w+/)
})

test('and after stop no container is left', async () => {
  const { id } = await rental()
  await stopPod(page)
  expect(await rental()).toMatchObject({ phase: 'ended', endReason: 'stopped_by_user' })
  expect(await containersOf(id)).toEqual([])
})

const rental = (): Promise<RentalDetail> => getJson(context, `/v1/rentals/${/rent_\w+/.exec(page.url())![0]}`)

/** Every container, running or not, whose marker names this rental. */
async function containersOf(rentalId: string): Promise<Docker.ContainerInfo[]> {
  const marker = rentalId.toLowerCase().replace('_', '-')
  const containers = await docker.listContainers({ all: true })
  return containers.filter(({ Labels, Names }) =>
    [...Object.values(Labels), ...Names].some((word) => word.includes(marker)),
  )
}

/** OpenSSH's own client, as a person would use it. */
async function overSsh(
  { host, port, user }: NonNullable<RentalDetail['ssh']>,
  command: string,
): Promise<string> {
  const keyFile = join(folder, 'key')
  await writeFile(keyFile, keys.privateKey, { mode: 0o600 })
  const options = [
    'StrictHostKeyChecking=no',
    `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
    'IdentitiesOnly=yes',
    'ConnectTimeout=10',
  ]
  const words = [
    '-i',
    keyFile,
    '-p',
    String(port),
    ...options.flatMap((option) => ['-o', option]),
    `${user}@${host}`,
    command,
  ]
  const { stdout } = await promisify(execFile)('ssh', words, { timeout: 30_000 })
  return stdout
}
