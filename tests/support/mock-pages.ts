import type { Page } from 'playwright-core'
import { firstOffer } from './visitor.ts'

export interface MockPage {
  name: string
  path: string
  /** The world in which it has something to show. */
  scenario?: string
  /** From the address to the page as people use it, filled and standing still. */
  open: (page: Page) => Promise<void>
  titleInChinese: RegExp
}

const waitFor = (testId: string) => async (page: Page) => {
  await page.getByTestId(testId).first().waitFor()
}

/** Every page of the dashboard. Whoever adds one adds it here: pictures, accessibility and languages follow. */
export const mockPages: readonly MockPage[] = [
  {
    name: 'sign-in',
    path: '/sign-in',
    scenario: 'visitor',
    open: waitFor('sign-in-github'),
    titleInChinese: /按秒租用/,
  },
  { name: 'market', path: '/market', open: (page) => firstOffer(page).waitFor(), titleInChinese: /市场/ },
  {
    name: 'rent',
    path: '/market?q=h100',
    open: async (page) => {
      await firstOffer(page).click()
      await page.getByTestId('rent-submit').waitFor()
    },
    titleInChinese: /市场/,
  },
  { name: 'pods', path: '/pods', open: waitFor('live-pods'), titleInChinese: /Pod/ },
  {
    name: 'first-pod',
    path: '/pods',
    scenario: 'new',
    open: waitFor('preset'),
    titleInChinese: /Pod/,
  },
  {
    name: 'pod',
    path: '/pods',
    open: async (page) => {
      await page.getByTestId('live-pods').getByRole('link').last().click()
      await page.getByTestId('ssh-command').waitFor()
    },
    titleInChinese: /llama-finetune/,
  },
  {
    name: 'receipt',
    path: '/pods',
    open: async (page) => {
      await page.getByTestId('ended-pods').locator('a[href^="/pods/"]').last().click()
      await page.getByTestId('receipt').waitFor()
    },
    titleInChinese: /lora-sweep/,
  },
  { name: 'wallet', path: '/wallet', open: waitFor('ledger-row'), titleInChinese: /钱包/ },
  { name: 'usage', path: '/wallet/usage', open: waitFor('usage-bars'), titleInChinese: /用量与账单/ },
  {
    name: 'statement',
    path: '/wallet/usage',
    open: async (page) => {
      await page.locator('a[href*="/wallet/statements/"]').first().click()
      await page.getByTestId('statement').waitFor()
    },
    titleInChinese: /\p{Script=Han}/u,
  },
  { name: 'ssh-keys', path: '/keys', open: waitFor('ssh-key-row'), titleInChinese: /SSH 密钥/ },
  { name: 'api-keys', path: '/api-keys', open: waitFor('api-key-row'), titleInChinese: /API 密钥/ },
  {
    name: 'new-api-key',
    path: '/api-keys',
    scenario: 'new',
    open: async (page) => {
      await page.getByTestId('add-api-key').click()
      await page.getByTestId('api-key-name').fill('nightly-training')
      await page.getByTestId('api-key-submit').click()
      await page.getByTestId('api-key-example').waitFor()
    },
    titleInChinese: /API 密钥/,
  },
  { name: 'sessions', path: '/sessions', open: waitFor('session-row'), titleInChinese: /登录会话/ },
  {
    name: 'operator',
    path: '/operator',
    scenario: 'operator',
    open: waitFor('operator-rental'),
    titleInChinese: /\p{Script=Han}/u,
  },
  {
    name: 'reconciliation',
    path: '/operator',
    scenario: 'operator',
    open: async (page) => {
      await waitFor('reconciled-rental')(page)
      await page.getByTestId('reconciliation').scrollIntoViewIfNeeded()
    },
    titleInChinese: /\p{Script=Han}/u,
  },
  {
    name: 'people',
    path: '/operator/people',
    scenario: 'operator',
    open: waitFor('person-row'),
    titleInChinese: /运维/,
  },
  {
    name: 'person',
    path: '/operator/people?q=grace',
    scenario: 'operator',
    open: async (page) => {
      await page.locator('[data-testid=person-row][data-handle=grace-h]').click()
      await page.getByTestId('person-ledger-row').first().waitFor()
      await page.getByText(/No pod is live|没有进行中的 Pod。/).waitFor()
    },
    titleInChinese: /运维/,
  },
  {
    name: 'wallet-correction',
    path: '/operator/people?q=grace',
    scenario: 'operator',
    open: async (page) => {
      await page.locator('[data-testid=person-row][data-handle=grace-h]').click()
      await page.getByTestId('correct-wallet').click()
      await page.getByTestId('adjust-amount').fill('40')
      await page.getByTestId('adjust-reason').fill('The pod was unusable for an hour.')
    },
    titleInChinese: /运维/,
  },
  {
    name: 'promotions',
    path: '/operator/promotions',
    scenario: 'operator',
    open: waitFor('promotion-row'),
    titleInChinese: /运维/,
  },
  {
    name: 'notifications',
    path: '/notifications',
    open: waitFor('add-webhook'),
    titleInChinese: /通知/,
  },
  {
    name: 'webhook-deliveries',
    path: '/notifications',
    open: async (page) => {
      await page.getByTestId('webhook-test').first().click()
      await page.getByTestId('delivery').first().waitFor()
    },
    titleInChinese: /通知/,
  },
  {
    name: 'not-found',
    path: '/no/such/page',
    open: async (page) => page.locator('h1').waitFor({ state: 'attached' }),
    titleInChinese: /找不到页面/,
  },
]
