import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { cloudControl } from '../support/cloud-control.ts'
import { firstOffer, rentThrough, sendJson } from '../support/rent-through.ts'
import { authorize, sidewaysScroll } from '../support/visitor.ts'
import { useVisitors, type Visitor } from '../support/visitors.ts'
import { PHONE, TOUCH, WIDTHS } from '../support/widths.ts'

const { visit } = useVisitors()
const cloud = cloudControl(inject('stack').upstreamsControl)
const PATIENCE = { timeout: 30_000 }

let visitor: Visitor
/** One pod, looked into at a desk first and then with a phone. */
let id: string
let page: Page
/** Everything that went over the terminal's line. */
let sent = ''
let received = ''

beforeAll(async () => {
  visitor = await visit({ key: true, dollars: 25 })
  const { id: offerId } = await firstOffer(visitor.page, 'q=4090&provider=runpod&gpuCount=1')
  id = (await rentThrough(visitor.page, { offerId })).id
})

async function lookInside(tab: Page): Promise<void> {
  page = tab
  sent = ''
  received = ''
  page.on('websocket', (line) => {
    line.on('framesent', ({ payload }) => void (sent += payload.toString()))
    line.on('framereceived', ({ payload }) => void (received += payload.toString()))
  })
  await page.goto(`/pods/${id}`)
  await page.getByTestId('ssh-command').waitFor({ timeout: 90_000 })
}

const logged = async (): Promise<string[]> =>
  (await page.getByTestId('pod-log').locator('p span').allTextContents()).filter((line) =>
    line.startsWith('epoch'),
  )
const screen = (): Promise<string> => page.locator('.xterm-rows').innerText()
const type = (words: string): Promise<void> => page.keyboard.type(`${words}\n`)

describe.each(WIDTHS)('on %s', (_, viewport) => {
  beforeAll(async () => {
    const { login } = visitor
    await lookInside(viewport === PHONE ? (await visit({ login, viewport, ...TOUCH })).page : visitor.page)
  })

  test('the log comes line by line, and goes on after a time without a network: no line twice, none lost', async () => {
    await page.getByTestId('show-log').click()
    await page.getByTestId('pod-log').getByText('hello from').waitFor()
    const before = await logged()
    await cloud.print(id, 'epoch 1 <b>as text</b>')
    await expect.poll(logged, PATIENCE).toEqual([...before, 'epoch 1 <b>as text</b>'])
    await page.context().setOffline(true)
    await page.getByText('The connection was lost; coming back').waitFor()
    await cloud.print(id, 'epoch 2')
    await cloud.print(id, 'epoch 3')
    await page.context().setOffline(false)
    await cloud.print(id, 'epoch 4')
    await expect
      .poll(logged, PATIENCE)
      .toEqual([...before, 'epoch 1 <b>as text</b>', 'epoch 2', 'epoch 3', 'epoch 4'])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    expect(await accessibilityProblems(page)).toEqual([])
  })

  test('the terminal runs what is typed, as wide as there is room', async () => {
    await page.getByTestId('show-terminal').click()
    await expect.poll(screen, PATIENCE).toContain('Welcome to an emulated pod')
    await type('echo it is $USER')
    await expect.poll(screen, PATIENCE).toContain('it is root')
    const room = viewport === PHONE ? [25, 60] : [60, 200]
    await expect.poll(columns, PATIENCE).toSatisfy((many: number) => many > room[0]! && many < room[1]!)
    await expect.poll(() => sidewaysScroll(page), PATIENCE).toBeLessThanOrEqual(0)
    expect(await accessibilityProblems(page)).toEqual([])
  })

  test('a shell that has ended says so, and opens again', async () => {
    if (viewport === PHONE) await page.getByTestId('key-ctrl-d').tap()
    else await type('exit')
    await page.getByText('The shell has ended.').waitFor()
    await page.getByTestId('terminal-again').click()
    await expect.poll(screen, PATIENCE).toContain('Welcome to an emulated pod')
  })

  test('no key comes to the browser: not over the line, not into the page, not into its stores', async () => {
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
    expect(received).toContain('it is root')
    expect(`${sent}${received}${await page.content()}${kept}`).not.toMatch(/PRIVATE KEY|openssh-key/i)
  })
})

test('keys that a phone’s keyboard lacks are there for a finger alone, and leave the keyboard up', async () => {
  expect(await visitor.page.getByTestId('terminal-keys').isVisible()).toBe(false)
  await page.keyboard.type('echo never')
  sent = ''
  for (const key of ['esc', 'tab', 'left', 'down', 'up', 'right', 'ctrl-c'])
    await page.getByTestId(`key-${key}`).tap()
  await expect.poll(screen, PATIENCE).toContain('^C')
  expect(sent).toContain('\u001B\t\u001B[D\u001B[B\u001B[A\u001B[C\u0003')
  await type('echo typed $USER')
  await expect.poll(screen, PATIENCE).toContain('typed root')
})

test('the terminal follows the size of the window', async () => {
  await expect.poll(columns, PATIENCE).toBeGreaterThan(0)
  const upright = await columns()
  await page.setViewportSize({ width: PHONE.height, height: PHONE.width })
  await expect.poll(columns, PATIENCE).toBeGreaterThan(upright)
  await page.setViewportSize(PHONE)
  await expect.poll(columns, PATIENCE).toBe(upright)
})

test('the terminal ends with the session, and the way back leads to the same pod', async () => {
  await sendJson(page, '/v1/auth/logout')
  await page.waitForURL(/\/sign-in\?.*returnTo=/)
  await page.getByTestId('sign-in-github').click()
  await authorize(page, visitor.login!)
  await page.waitForURL(`**/pods/${id}`)
  await page.getByTestId('show-terminal').click()
  await expect.poll(screen, PATIENCE).toContain('Welcome to an emulated pod')
})

test('a pod that ends takes its terminal with it and leaves its receipt', async () => {
  await sendJson(page, `/v1/rentals/${id}/stop`)
  await page.getByTestId('receipt').waitFor({ timeout: 60_000 })
  expect(await page.getByTestId('pod-terminal').count()).toBe(0)
  const refused = await page.context().request.get(`/v1/rentals/${id}/logs`)
  expect(await refused.json()).toMatchObject({ code: 'pod_not_running' })
})

/** How wide the pod itself last said that its terminal is, having been asked once more; 0 before its first answer. */
async function columns(): Promise<number> {
  await page.getByTestId('pod-terminal').click()
  await type('stty size')
  return Number([...(await screen()).matchAll(/^\d+ (\d+)\s*$/gm)].at(-1)?.[1] ?? 0)
}
