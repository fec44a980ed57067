import { expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { useVisitors } from '../support/visitors.ts'
import { sidewaysScroll } from '../support/visitor.ts'
import { WIDTHS } from '../support/widths.ts'

const { visit } = useVisitors()

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'

test.each(WIDTHS)(
  'on %s, one other browser is signed out, then all others: each is at the sign-in by itself, this one stays',
  async (_, viewport) => {
    const { page, login } = await visit({ viewport })
    await page.goto('/sessions')
    await page.getByText('You are signed in nowhere else.').waitFor()
    const { page: firefox } = await visit({ login, userAgent: FIREFOX })
    const { page: phone } = await visit({ login, userAgent: SAFARI })
    await firefox.goto('/wallet')
    await phone.goto('/pods')

    await page.reload()
    const rows = page.getByTestId('session-row')
    await rows.filter({ hasText: 'Firefox on Linux' }).getByTestId('end-session').click()
    await page.getByRole('dialog').getByText('Pods and API keys are not touched').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByTestId('confirm').click()
    await firefox.getByTestId('session-ended').waitFor()
    await rows.filter({ hasText: 'Firefox' }).waitFor({ state: 'detached' })
    expect(await rows.allTextContents()).toEqual([
      expect.stringContaining('This browser'),
      expect.stringContaining('Safari'),
    ])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)

    await page.getByTestId('end-other-sessions').click()
    await page.getByTestId('confirm').click()
    await phone.getByTestId('session-ended').waitFor()
    await page.getByText('You are signed in nowhere else.').waitFor()
    const asked = await Promise.all([firefox, phone, page].map(({ request }) => request.get('/v1/auth/me')))
    expect(asked.map((answer) => answer.status())).toEqual([401, 401, 200])
  },
)

test('a sign-out that is not heard says so in the dialog, and works when repeated', async () => {
  const { page, login } = await visit()
  const { page: other } = await visit({ login, userAgent: FIREFOX })
  await page.goto('/sessions')
  await page.getByTestId('end-session').click()
  await page.route('**/v1/sessions/*', (route) => route.abort(), { times: 1 })
  await page.getByTestId('confirm').click()
  await page.getByRole('dialog').locator('[data-code=unreachable]').waitFor()
  expect((await other.request.get('/v1/auth/me')).status()).toBe(200)
  await page.getByTestId('confirm').click()
  await page.getByText('You are signed in nowhere else.').waitFor()
  expect((await other.request.get('/v1/auth/me')).status()).toBe(401)
})
