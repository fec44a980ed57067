import pg from 'pg'
import { describe, expect, inject, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { OUR_FAILURE } from '../support/our-failure.ts'
import { getJson, makeApiKey, sidewaysScroll } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'
import { WIDTHS } from '../support/widths.ts'

const { visit, origin } = useVisitors()

/** Time itself cannot be had sooner: the last day of the key, put back by the one who may change every row. */
async function expire(secret: string): Promise<void> {
  const owner = new pg.Client({ connectionString: inject('stack').ownerUrl })
  await owner.connect()
  const passed = `UPDATE api_keys SET expires_at = now() - interval '1 minute' WHERE starts_with($1, prefix)`
  const { rowCount } = await owner.query(passed, [secret])
  await owner.end()
  expect(rowCount).toBe(1)
}

const withKey = (secret: string, path = '/v1/auth/me'): Promise<Response> =>
  fetch(`${origin()}${path}`, { headers: { authorization: `Bearer ${secret}` } })

describe.each(WIDTHS)('on %s', (_, viewport) => {
  test('a key is made by keyboard, shown once, tried, and revoked', async () => {
    const { page, login, complaints } = await visit({ viewport })
    await page.goto('/api-keys')
    await page.getByText('No API key yet').waitFor()
    await page.getByTestId('add-api-key').press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByTestId('api-key-name').fill('Nightly training')
    await page.keyboard.press('Tab')
    await expect
      .poll(() => page.evaluate('document.activeElement?.role ?? document.activeElement?.type'))
      .toBe('radio')
    // Why held down for a moment, as people do: the choice moves with the focus, and only while the key is down.
    await page.keyboard.press('ArrowDown', { delay: 500 })
    await expect.poll(() => dialog.getByRole('radio', { name: 'Read and change' }).isChecked()).toBe(true)
    await dialog.getByTestId('api-key-submit').press('Enter')
    await dialog.getByTestId('api-key-secret').waitFor()
    const secret = (await dialog.getByTestId('api-key-secret').textContent())!
    expect(await accessibilityProblems(page)).toEqual([])

    // Neither a slip of the finger nor the Escape key takes away what is shown once.
    await page.keyboard.press('Escape')
    await page.mouse.click(4, 400)
    expect(await dialog.getByTestId('api-key-secret').textContent()).toBe(secret)
    expect(await (await withKey(secret)).json()).toMatchObject({ handle: login })
    await dialog.getByTestId('api-key-kept').press('Enter')

    const row = page.getByTestId('api-key-row')
    await row.getByText('Read and change').waitFor()
    expect(await row.textContent()).toContain('expires in 90d')
    await page.reload()
    await row.getByText(/used/).waitFor()
    expect(await page.content()).not.toContain(secret)
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)

    await row.getByTestId('revoke-api-key').press('Enter')
    await dialog.getByText('Pods that they rented keep running').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByTestId('confirm').press('Enter')
    await page.getByText('No API key yet').waitFor()
    expect((await withKey(secret)).status).toBe(401)
    expect(complaints).toEqual([])
  })
})

test('a key without a name is not made, and one whose answer was lost is made once and told so', async () => {
  const { page } = await visit()
  await page.goto('/api-keys')
  await page.getByTestId('add-api-key').click()
  await page.getByTestId('api-key-submit').click()
  await page.getByText('Give the key a name.').waitFor()

  await page.route(
    '**/v1/api-keys',
    async (route) => {
      await route.fetch()
      await route.abort()
    },
    { times: 1 },
  )
  await page.getByTestId('api-key-name').fill('Grafana')
  await page.getByTestId('api-key-submit').click()
  await page.locator('[data-code=unreachable]').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByTestId('api-key-submit').click()
  await page.getByText('the answer that held it was lost').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await page.getByTestId('api-key-row').waitFor()
  const { items } = await getJson<{ items: object[] }>(page.context(), '/v1/api-keys')
  expect(items).toMatchObject([{ name: 'Grafana', scope: 'read' }])
})

test('a key that has expired is refused with what to do, is shown as expired, and leaves the list', async () => {
  const { page } = await visit()
  const secret = await makeApiKey(page, { name: 'Nightly training', scope: 'Read and change' })
  expect((await withKey(secret)).status).toBe(200)
  await expire(secret)
  const refusal = await withKey(secret)
  expect(refusal.status).toBe(401)
  expect(await refusal.json()).toMatchObject({
    code: 'api_key_refused',
    detail: 'This API key has expired. Make a new one in the dashboard under API keys; nothing was done.',
  })
  await page.reload()
  await page.getByTestId('api-key-expired').getByText('Make a new key').waitFor()
  for (const [, viewport] of WIDTHS) {
    await page.setViewportSize(viewport)
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  }
  await page.getByRole('button', { name: 'Remove: Nightly training' }).click()
  await page.getByTestId('confirm').click()
  await page.getByText('No API key yet').waitFor()
  expect((await withKey(secret)).status).toBe(401)
})

test('a key that another tab has revoked is gone here too, and a list that cannot be read says how to go on', async () => {
  const { page } = await visit()
  await makeApiKey(page, { name: 'Grafana', scope: 'Only read' })
  const other = await page.context().newPage()
  await other.goto('/api-keys')
  await other.getByTestId('revoke-api-key').click()
  await page.getByTestId('revoke-api-key').click()
  await other.getByTestId('confirm').click()
  await other.getByText('No API key yet').waitFor()
  await page.getByTestId('confirm').click()
  await page.getByText('No API key yet').waitFor()

  await page.route('**/v1/api-keys', (route) => route.fulfill(OUR_FAILURE))
  await page.reload()
  await page.getByText('Your API keys could not be read').waitFor()
  await page.unroute('**/v1/api-keys')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('No API key yet').waitFor()
  expect(await page.getByTestId('failure').count()).toBe(0)
})
