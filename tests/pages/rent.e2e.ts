import { createOpenSshKeyPair } from '@berth/activities/providers/ssh/openssh-key-pair'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { firstOffer, getJson, postJson, sidewaysScroll } from '../support/visitor.ts'
import { someoneNew, useVisitors } from '../support/visitors.ts'
import { WIDTHS } from '../support/widths.ts'

const { visit, origin } = useVisitors()

describe.each(WIDTHS)('on %s, a visitor who fills in the form', (_, viewport) => {
  test('signs in, adds a key, pays and rents without entering anything twice but a secret', async () => {
    const { page } = await visit({ login: null, viewport })
    const login = someoneNew()
    // Why RunPod: an offer of Vast is one machine, which whoever came before may still have.
    await page.goto('/market?q=4090&provider=runpod')
    await firstOffer(page).click()
    await fillWithMistakes(page)
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)

    await page.getByTestId('rent-sign-in').click()
    await signInAs(page, login)
    await page.waitForURL(({ pathname }) => pathname.startsWith('/rent/'))
    expect(await page.getByTestId('rent-restored').textContent()).toContain('1BAD')
    await expectKept(page)

    await page.getByTestId('ssh-key-public').fill(createOpenSshKeyPair(`${login}@laptop`).publicKey)
    await page.getByTestId('ssh-key-name').fill('laptop')
    await page.getByTestId('add-key-submit').click()
    await page.locator('[data-testid=ssh-key-choice] input:checked').waitFor({ state: 'attached' })
    await expectKept(page)
    expect(await page.getByTestId('rent-submit').isDisabled()).toBe(true)

    await page.getByTestId('top-up-missing').click()
    await page.getByTestId('top-up-submit').click()
    await page.getByTestId('pay').click()
    await page.getByTestId('way-back').click({ timeout: 60_000 })
    await page.waitForURL(({ pathname }) => pathname.startsWith('/rent/'))
    await expectKept(page)
    await expect.poll(() => page.getByTestId('rent-submit').isEnabled(), { timeout: 30_000 }).toBe(true)

    await page.getByTestId('env-value').fill('x')
    await page.getByTestId('rent-submit').click()
    for (const words of ['Write the image like', 'with no digit in front', 'between 1 and 65535'])
      await page.getByRole('alert').filter({ hasText: words }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])

    await page.getByTestId('env-name').fill('GOOD')
    await page.getByTestId('ports').fill('8888')
    await page.getByTestId('image-name').fill('ubuntu:24.04')
    await page.getByTestId('rent-submit').dblclick()
    await page.waitForURL(/\/pods\/rent_/)
    const { items } = await getJson<{ items: { id: string }[] }>(page.context(), '/v1/rentals?state=all')
    expect(items).toHaveLength(1)
    await postJson(page.context(), `/v1/rentals/${items[0]!.id}/stop`, {})
  })
})

test('an offer that is not there any more says so and leads back to the market', async () => {
  const { page } = await visit({ login: null })
  await page.goto('/rent/vast%3ANOWHERE%2Fnone%2F1?q=4090')
  await page.getByText('This offer is gone').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByRole('link', { name: 'Go to the market' }).click()
  await page.waitForURL(/\/market\?q=4090/)
})

test('a spend limit is told before the press and named after it', async () => {
  const { page } = await visit({ key: true, dollars: 25 })
  const limits = { perHourMicros: 10_000, perDayMicros: null }
  await page.request.put('/v1/billing/limits', { data: limits, headers: { origin: origin() } })
  await page.goto('/market?q=4090&provider=runpod')
  await firstOffer(page).click()
  await page.locator('[data-testid=ssh-key-choice] input:checked').waitFor({ state: 'attached' })
  await page.getByTestId('rent-sentence').waitFor()
  await page.getByTestId('rent-submit').click()
  await page.locator('[data-testid=failure][data-code=spend_limit_reached]').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  const { items } = await getJson<{ items: unknown[] }>(page.context(), '/v1/rentals?state=all')
  expect(items).toEqual([])
})

async function fillWithMistakes(page: Page): Promise<void> {
  await page.getByTestId('image-custom').click()
  await page.getByTestId('image-name').fill('not an image')
  await page.getByTestId('env-add').click()
  await page.getByTestId('env-name').fill('1BAD')
  await page.getByTestId('env-value').fill('secret')
  await page.getByTestId('ports').fill('70000')
  await page.getByTestId('duration-for').click()
  await page.getByTestId('duration-hours').fill('1')
}

async function expectKept(page: Page): Promise<void> {
  const typed = ['image-name', 'env-name', 'env-value', 'ports', 'duration-hours']
  const values = await Promise.all(typed.map((id) => page.getByTestId(id).inputValue()))
  expect(values).toEqual(['not an image', '1BAD', '', '70000', '1'])
}

async function signInAs(page: Page, login: string): Promise<void> {
  await page.getByTestId('sign-in-github').click()
  await page.getByTestId('new-login').fill(login)
  await page.getByTestId('authorize-new').click()
}
