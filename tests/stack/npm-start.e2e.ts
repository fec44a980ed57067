import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isPortFree } from '@berth/stack/process/ports'
import { answersOk, waitUntil } from '@berth/stack/process/wait-until'
import { projectPaths } from '@berth/stack/project-paths'
import { portVariables } from '@berth/stack/settings'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testStackEnvironment } from '../support/stack.ts'

let world: { env: NodeJS.ProcessEnv; dataDir: string }
let running: ReturnType<typeof npmStart>

beforeAll(async () => {
  world = await testStackEnvironment()
  running = npmStart(world.env)
  await running.isUp()
})

afterAll(async () => {
  await running.interrupt()
  await rm(world.dataDir, { recursive: true, force: true })
})

test('says where everything is and how to sign in', () => {
  expect(running.output()).toContain(`http://localhost:${world.env.DASHBOARD_PORT}`)
  expect(running.output()).toContain(`http://localhost:${world.env.TEMPORAL_UI_PORT}`)
  expect(running.output()).toContain(`http://localhost:${world.env.MAIL_PORT}`)
  expect(running.output()).toMatch(/Sign in\s+with GitHub \(emulated\)/)
  for (const part of ['PostgreSQL', 'Temporal', 'Upstreams', 'Worker', 'API', 'Dashboard']) {
    expect(running.output()).toMatch(new RegExp(`✓ ${part} .* \\d+\\.\\d s`))
  }
})

test('the dashboard, the API behind it and Temporal Web answer', async () => {
  const origin = `http://127.0.0.1:${world.env.DASHBOARD_PORT}`
  expect(await (await fetch(origin)).text()).toContain('<div id="app"')
  expect(await answersOk(`${origin}/v1/ready`)).toBe(true)
  expect(await answersOk(`http://127.0.0.1:${world.env.TEMPORAL_UI_PORT}/`)).toBe(true)
})

test('a second start on the same data is refused, and harms nothing', async () => {
  const second = npmStart(world.env)
  expect(await second.exitCode).toBe(1)
  expect(second.output()).toContain('Berth is running already')
  expect(await answersOk(`http://127.0.0.1:${world.env.API_PORT}/v1/ready`)).toBe(true)
})

test.each([
  ['Worker', 'WORKER_HEALTH_PORT', '/ready'],
  ['API', 'API_PORT', '/v1/ready'],
])('a killed %s comes back by itself', async (part, port, path) => {
  const pid = recordedPid(part)
  const starts = startsOf(part)
  process.kill(pid, 'SIGKILL')
  const ready = `http://127.0.0.1:${world.env[port]}${path}`
  await waitUntil({
    what: `the end of the ${part}`,
    check: async () => !(await answersOk(ready)),
    timeoutMs: 10_000,
  })
  await waitUntil({ what: `the new ${part}`, check: () => answersOk(ready), timeoutMs: 60_000 })
  await waitUntil({ what: 'its line', check: async () => startsOf(part) > starts, timeoutMs: 5_000 })
  expect(recordedPid(part)).not.toBe(pid)
})

test('Ctrl-C leaves nothing running, and the next start has the same data', async () => {
  const secrets = readFileSync(join(world.dataDir, 'secrets.json'), 'utf8')
  expect(await running.interrupt()).toBe(0)
  for (const { variable } of Object.values(portVariables)) {
    expect([variable, await isPortFree(Number(world.env[variable]))]).toEqual([variable, true])
  }
  running = npmStart(world.env)
  await running.isUp()
  expect(readFileSync(join(world.dataDir, 'secrets.json'), 'utf8')).toBe(secrets)
})

test('the death of a part that cannot start again ends everything with its last words', async () => {
  process.kill(recordedPid('Upstreams'), 'SIGKILL')
  expect(await running.exitCode).toBe(1)
  expect(running.output()).toContain('Upstreams died: ended by SIGKILL')
  expect(await isPortFree(Number(world.env.POSTGRES_PORT))).toBe(true)
})

/** How often its line got a tick. */
function startsOf(part: string): number {
  return running.output().split(`✓ ${part} `).length - 1
}

function recordedPid(name: string): number {
  const record: { children: { name: string; pid: number }[] } = JSON.parse(
    readFileSync(join(world.dataDir, 'run.json'), 'utf8'),
  )
  const pid = record.children.findLast((child) => child.name === name)?.pid
  if (pid === undefined) throw new Error(`no process of ${name} is recorded`)
  return pid
}

function npmStart(env: NodeJS.ProcessEnv) {
  const child: ChildProcess = spawn(process.execPath, ['apps/stack/bootstrap.mjs', 'start'], {
    cwd: projectPaths.root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    exitCode,
    output: () => output,
    isUp: () =>
      waitUntil({
        what: 'npm start',
        check: async () => output.includes('Ctrl-C'),
        timeoutMs: 300_000,
        giveUp: () => (child.exitCode === null ? undefined : output),
      }),
    interrupt: () => {
      child.kill('SIGINT')
      return exitCode
    },
  }
}
