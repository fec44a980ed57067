import { createOpenSshKeyPair } from '@berth/activities/providers/ssh/openssh-key-pair'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { OUR_FAILURE } from '../support/our-failure.ts'
import { addSshKey, getJson, rentFirst, stopPod, sidewaysScroll } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'
import { WIDTHS } from '../support/widths.ts'

const { visit } = useVisitors()

const keysOf = async (page: Page) =>
  (await getJson<{ items: { name: string; publicKey: string }[] }>(page.context(), '/v1/ssh-keys')).items

describe.each(WIDTHS)('on %s', (_, viewport) => {
  test('a key is added by keyboard after every mistake that is made with keys, and removed again', async () => {
    const { page } = await visit({ viewport })
    const pair = createOpenSshKeyPair('grace@laptop')
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.postData() ?? ''))
    await page.goto('/keys')
    await page.getByText('No key yet').waitFor()
    await page.getByTestId('add-key').first().press('Enter')
    const field = page.getByTestId('ssh-key-public')
    const name = page.getByTestId('ssh-key-name')
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true)

    await field.fill(pair.privateKey)
    await page.getByText('That was a private key.').waitFor()
    await page.keyboard.press('Tab')
    expect([await field.inputValue(), await name.inputValue()]).toEqual(['', ''])
    expect(await accessibilityProblems(page)).toEqual([])

    await field.fill(`${pair.publicKey.slice(0, 60)} grace@laptop`)
    await name.fill('laptop')
    await name.press('Enter')
    await page.getByText('Copy the whole line').waitFor()
    await field.fill(pair.publicKey)
    await page.keyboard.press('Tab')
    await name.fill('')
    await field.focus()
    await page.keyboard.press('Tab')
    await expect.poll(() => name.inputValue()).toBe('grace@laptop')
    await page.getByTestId('add-key-submit').dblclick()
    const row = page.getByTestId('ssh-key-row')
    await row.getByText('grace@laptop').waitFor()
    const [secret] = pair.privateKey.split('\n').slice(1)
    expect(sent.filter((body) => body.includes(secret!) || body.includes('PRIVATE'))).toEqual([])

    await expect
      .poll(() =>
        page
          .getByTestId('add-key')
          .first()
          .evaluate((button) => button === document.activeElement),
      )
      .toBe(true)
    await page.keyboard.press('Enter')
    await field.fill(pair.publicKey)
    await name.fill('again')
    await name.press('Enter')
    await page.getByText('You have this key already, as "grace@laptop"').waitFor()
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    await page.getByRole('button', { name: 'Cancel' }).click()

    await row.getByTestId('rename').press('Enter')
    await page.getByTestId('rename-field').fill('the laptop of grace, who rents')
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    await page.keyboard.press('Enter')
    await row.getByText('the laptop of grace, who rents').waitFor()
    await expect.poll(() => keysOf(page)).toMatchObject([{ name: 'the laptop of grace, who rents' }])
    await row.getByTestId('rename').press('Enter')
    await page.getByTestId('rename-field').fill('grace@laptop')
    await page.getByTestId('rename-save').click()

    await row.getByTestId('remove-key').click()
    await page.getByRole('dialog').getByText('Remove grace@laptop?').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await keysOf(page)).toMatchObject([{ name: 'grace@laptop' }])
    await row.getByTestId('remove-key').click()
    await page.getByTestId('remove-key-confirm').click()
    await page.getByText('No key yet').waitFor()
    expect(await keysOf(page)).toEqual([])
  })
})

test('a key whose adding was not heard is added once when pressed again', async () => {
  const { page } = await visit()
  await page.route('**/v1/ssh-keys', (route) => route.fulfill(OUR_FAILURE), { times: 1 })
  await page.goto('/keys')
  await page.getByTestId('failure').waitFor()
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByTestId('add-key').first().click()
  await page.getByTestId('ssh-key-public').fill(createOpenSshKeyPair('grace@laptop').publicKey)
  await page.getByTestId('ssh-key-name').fill('laptop')
  await page.context().setOffline(true)
  await page.getByTestId('add-key-submit').click()
  await page.locator('[data-code=unreachable]').waitFor()
  await page.context().setOffline(false)
  await page.getByTestId('add-key-submit').click()
  await page.getByTestId('ssh-key-row').waitFor()
  expect(await keysOf(page)).toHaveLength(1)
})

test('a key in use can be removed: its pod keeps it, and the next pod needs another', async () => {
  const { page } = await visit({ key: true, dollars: 25 })
  await rentFirst(page, { market: 'q=4090&provider=runpod', hours: 1 })
  const pod = page.url()
  const other = await page.context().newPage()
  await other.goto('/keys')
  await other.getByTestId('remove-key').click()
  await other.getByText('Pods that already run keep it').waitFor()
  await other.getByTestId('remove-key-confirm').click()
  await other.getByText('No key yet').waitFor()

  await page.getByTestId('ssh-command').waitFor()
  await addSshKey(other, createOpenSshKeyPair('grace@desktop').publicKey)
  await page.goto(pod)
  await stopPod(page)
  expect(await keysOf(page)).toHaveLength(1)
})
