import { describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { authorize, getJson, sidewaysScroll } from '../support/visitor.ts'
import { someoneNew, useVisitors } from '../support/visitors.ts'
import { WIDTHS } from '../support/widths.ts'

const { visit, origin } = useVisitors()

describe.each(WIDTHS)('on %s, somebody who is not signed in', (_, viewport) => {
  test('cancels at GitHub, is told so, and comes to where they were going once they do sign in', async () => {
    const { page } = await visit({ viewport, login: null })
    await page.goto('/wallet/usage?range=7d')
    await page.getByTestId('sign-in-github').click()
    await page.getByTestId('deny').click()
    const refused = page.getByTestId('sign-in-error')
    await refused.getByText('you declined').waitFor()
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    expect(await accessibilityProblems(page)).toEqual([])

    await page.getByTestId('sign-in-github').click()
    await authorize(page, someoneNew())
    await page.waitForURL(`${origin()}/wallet/usage?range=7d`)
    await page.getByRole('heading', { name: 'Usage' }).first().waitFor()
  })
})

test('what one site may not do to another: a forged answer of GitHub signs nobody in, and nobody out', async () => {
  const { page, login } = await visit()
  await page.goto('/v1/auth/github/callback?code=stolen&state=forged')
  await page.getByTestId('balance-pill').waitFor()
  expect(await getJson(page.context(), '/v1/auth/me')).toMatchObject({ handle: login })

  const { page: stranger } = await visit({ login: null })
  await stranger.goto('/v1/auth/github/callback?code=stolen&state=forged')
  await stranger.getByTestId('sign-in-error').getByText('Start again').waitFor()
  expect((await stranger.request.get('/v1/auth/me')).status()).toBe(401)
})

test('a sign-in that another tab has overtaken says so, and is begun again from there', async () => {
  const { page: first } = await visit({ login: null })
  await first.goto('/sign-in?returnTo=/keys')
  await first.getByTestId('sign-in-github').click()
  await first.getByTestId('new-login').waitFor()
  const second = await first.context().newPage()
  await second.goto('/sign-in?returnTo=/sessions')
  await second.getByTestId('sign-in-github').click()
  await second.getByTestId('new-login').waitFor()
  await authorize(first, someoneNew())
  await first.getByTestId('sign-in-error').getByText('opened in another tab').waitFor()
  await first.getByTestId('sign-in-github').click()
  const login = someoneNew()
  await authorize(first, login)
  await first.getByTestId('balance-pill').waitFor()
  expect(await getJson(first.context(), '/v1/auth/me')).toMatchObject({ handle: login })
})

test('asked to come back to another site, one stays on this one', async () => {
  const { page } = await visit({ login: null })
  const login = someoneNew()
  const hosts: string[] = []
  page.on('framenavigated', (frame) => hosts.push(new URL(frame.url()).hostname))
  const returnTo = encodeURIComponent('/\\evil.example/pods')
  await page.goto(`/sign-in?returnTo=${returnTo}`)
  await page.getByTestId('sign-in-github').click()
  await authorize(page, login)
  await page.getByTestId('balance-pill').waitFor()
  await page.goto(`/v1/auth/github?returnTo=${returnTo}`)
  await authorize(page, login)
  await page.getByTestId('balance-pill').waitFor()
  expect(new URL(page.url()).origin).toBe(origin())
  expect(hosts).not.toContain('evil.example')
})

test('where Berth does not answer, the page says so beside the button', async () => {
  const { page } = await visit({ login: null })
  await page.route('**/v1/**', (route) => route.abort())
  await page.goto('/sign-in')
  await page.getByText('Berth does not answer at the moment').waitFor()
  await page.getByText('The market cannot be shown at the moment').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
})
