import type { Page } from 'playwright-core'
import { beforeAll, expect, inject, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { OUR_FAILURE } from '../support/our-failure.ts'
import { getJson, rentFirst, stopPod, sidewaysScroll } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'
import { DESKTOP, PHONE } from '../support/widths.ts'

const { visit } = useVisitors()

let page: Page
let login: string | null
beforeAll(async () => {
  ;({ page, login } = await visit({ key: true, dollars: 25 }))
})

test.each([
  ['a desktop', DESKTOP, 'rental_interrupted', '2 of 3'],
  ['a phone', PHONE, 'rental_ended', '1 of 3'],
])(
  'on %s, before anything has happened, the page says what will stand there, and a choice holds',
  async (_, viewport, kind, heard) => {
    await page.setViewportSize(viewport)
    await page.goto('/notifications')
    await page.getByText('Nothing yet').waitFor()
    await page.getByText(`E-mails go to ${login}@example.com`).waitFor()
    await openPods()
    await choice(`${kind}-dashboard`).click()
    await expect.poll(() => choice(`${kind}-dashboard`).isChecked()).toBe(false)
    await page.reload()
    await page.getByText(heard).waitFor()
    await openPods()
    await choice('rental_running-dashboard').waitFor()
    expect(await choice(`${kind}-dashboard`).isChecked()).toBe(false)
    expect(await choice('rental_running-dashboard').isChecked()).toBe(true)
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  },
)

test('a choice that was not heard is not shown as if it held', async () => {
  await page.route('**/v1/notices/preferences', (route) =>
    route.request().method() === 'PUT' ? route.abort() : route.continue(),
  )
  await choice('rental_running-email').click()
  await page.getByText('That was not saved').waitFor()
  await expect.poll(() => choice('rental_running-email').isChecked()).toBe(true)
  expect(await accessibilityProblems(page)).toEqual([])
  await page.unroute('**/v1/notices/preferences')
})

test('a pod that runs is told by every open tab at once, wide or narrow, and read in one it is read in all', async () => {
  await page.setViewportSize(DESKTOP)
  const other = await page.context().newPage()
  await other.setViewportSize(PHONE)
  await other.goto('/keys')
  await bell(other).waitFor()
  expect(await bell(other).getAttribute('aria-label')).toBe('Notifications')
  await rentFirst(page, { market: 'q=4090&provider=runpod', hours: 1 })
  for (const tab of [page, other]) await unread(tab, 1)

  await bell(other).click()
  const notice = other.locator('[data-testid=notice][data-kind=rental_running]')
  await notice.getByText('is running').waitFor()
  expect(await accessibilityProblems(other)).toEqual([])
  await other.getByTestId('read-all').click()
  for (const tab of [page, other]) await unread(tab, 0)
  await notice.click()
  await other.waitForURL(/\/pods\/rent_/)
  await other.close()
})

test('what was switched off is not told here, and goes out as e-mail all the same', async () => {
  await stopPod(page)
  const subjects = () => subjectsTo(login)
  await expect.poll(subjects, { timeout: 60_000, interval: 500 }).toHaveLength(2)
  expect(await subjects()).toEqual(
    expect.arrayContaining([expect.stringContaining('is running'), expect.stringContaining('has ended')]),
  )
  const { items } = await getJson<{ items: { kind: string }[] }>(page.context(), '/v1/notices')
  expect(items.map(({ kind }) => kind)).toEqual(['rental_running'])
})

test('whose dashboard is Chinese is written to in Chinese, from the first visit on, and in what they choose later', async () => {
  const reader = await visit({ locale: 'zh-CN' })
  await expect.poll(() => languageOf(reader.page)).toBe('zh-CN')
  await makeKey(reader.page, 'ci')
  await expect
    .poll(() => subjectsTo(reader.login), { timeout: 60_000, interval: 500 })
    .toEqual(['新的 API 密钥：ci'])
  await reader.page.getByTestId('user-menu').click()
  await reader.page.getByRole('menuitemcheckbox', { name: 'English' }).click()
  await expect.poll(() => languageOf(reader.page)).toBe('en')
  await makeKey(reader.page, 'laptop')
  await expect
    .poll(() => subjectsTo(reader.login), { timeout: 60_000, interval: 500 })
    .toContain('A new API key: laptop')
  await reader.page.context().close()
})

test('where notices cannot be read, bell and page say so and offer another try', async () => {
  await page.route('**/v1/notices?*', (route) => route.fulfill(OUR_FAILURE))
  await page.goto('/notifications')
  const failure = page.getByTestId('failure').filter({ hasText: 'Your notifications could not be read' })
  await failure.waitFor()
  await bell(page).click()
  const inBell = page.getByRole('dialog').getByTestId('failure')
  await inBell.waitFor()
  await page.unroute('**/v1/notices?*')
  await inBell.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('dialog').getByTestId('notice').first().waitFor()
  await page.keyboard.press('Escape')
  await failure.getByRole('button', { name: 'Try again' }).click()
  await failure.waitFor({ state: 'detached' })
  expect(await page.getByTestId('notice').count()).toBe(1)
})

const choice = (name: string) => page.getByTestId(`choice-${name}`)
const openPods = () => page.getByTestId('notice-group-pods').getByRole('button', { name: 'Pods' }).click()
const bell = (tab: Page) => tab.getByTestId('notice-bell')

async function unread(tab: Page, count: number): Promise<void> {
  const label = count === 0 ? 'Notifications' : `Notifications, ${count} unread`
  await expect.poll(() => bell(tab).getAttribute('aria-label'), { timeout: 60_000 }).toBe(label)
}

const languageOf = async (of: Page): Promise<string | null> =>
  (await getJson<{ language: string | null }>(of.context(), '/v1/auth/me')).language

async function makeKey(by: Page, name: string): Promise<void> {
  await by.goto('/api-keys')
  await by.getByTestId('add-api-key').click()
  await by.getByTestId('api-key-name').fill(name)
  await by.getByTestId('api-key-submit').click()
  await by.getByTestId('api-key-kept').click()
}

async function subjectsTo(who: string | null): Promise<string[]> {
  const messages = await fetch(`${inject('stack').mail}/api/messages`)
  const caught = (await messages.json()) as { messages: { to: string[]; subject: string }[] }
  return caught.messages
    .filter(({ to }) => JSON.stringify(to).includes(`${who}@`))
    .map(({ subject }) => subject)
}
