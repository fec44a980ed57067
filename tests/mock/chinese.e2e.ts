import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { englishOn } from '../support/foreign-words.ts'
import { openMockDashboard, type MockDashboard } from '../support/mock-dashboard.ts'

let dashboard: MockDashboard
beforeAll(async () => {
  dashboard = await openMockDashboard()
})
afterAll(() => dashboard?.close())

type Step = (page: Page) => Promise<unknown>
interface Place {
  name: string
  path: string
  scenario?: string
  fail?: string
  steps: Step[]
}

const press =
  (testId: string): Step =>
  (page) =>
    page.getByTestId(testId).first().click()
const see =
  (testId: string): Step =>
  (page) =>
    page.getByTestId(testId).first().waitFor()
const write =
  (testId: string, words: string): Step =>
  (page) =>
    page.getByTestId(testId).first().fill(words)
const runningPod: Step = (page) => page.getByTestId('live-pods').getByRole('link').last().click()
const dialog: Step = (page) => page.getByRole('dialog').waitFor()

const failures: Place[] = (
  [
    ['/market', 'catalog.listings:internal'],
    ['/pods', 'rentals.list:internal'],
    ['/wallet', 'billing.ledger:internal'],
    ['/keys', 'sshKeys.list:unreachable'],
    ['/notifications', 'webhooks.list:internal'],
    ['/operator', 'operator.rentals:internal', 'operator'],
  ] as const
).map(([path, fail, scenario = 'usual']) => ({ name: fail, path, fail, scenario, steps: [see('failure')] }))

const places: Place[] = [
  ...failures,
  {
    name: 'a price that has changed',
    path: `/rent/${encodeURIComponent('verda:FIN-02/l40s/1')}`,
    steps: [press('rent-submit'), see('price-rise')],
  },
  {
    name: 'a weak key',
    path: '/keys',
    scenario: 'new',
    steps: [
      press('add-key'),
      write('ssh-key-public', 'ssh-rsa AAAAB3NzaC1yc2E old'),
      write('ssh-key-name', 'old'),
      press('add-key-submit'),
      (page) => page.getByText('RSA 密钥至少需要 3,072 位').waitFor(),
    ],
  },
  {
    name: 'a key without a name',
    path: '/keys',
    scenario: 'new',
    steps: [
      press('add-key'),
      press('add-key-submit'),
      (page) => page.getByText('请填写此项').first().waitFor(),
    ],
  },
  {
    name: 'an API key without a name',
    path: '/api-keys',
    steps: [press('add-api-key'), press('api-key-submit'), (page) => page.getByText('请填写此项').waitFor()],
  },
  {
    name: 'an address for webhooks in a private network',
    path: '/notifications',
    steps: [
      press('add-webhook'),
      write('webhook-url', 'https://build.internal/hook'),
      press('webhook-submit'),
      (page) => page.getByText('不会访问内网地址').waitFor(),
    ],
  },
  {
    name: 'what happened',
    path: '/notifications',
    steps: [
      see('notice'),
      (page) => page.getByText('秒内未能使用').first().waitFor(),
      (page) => page.getByText('邮件使用此控制台的语言').waitFor(),
    ],
  },
  { name: 'stopping', path: '/pods', steps: [runningPod, press('stop-button'), dialog] },
  { name: 'extending', path: '/pods', steps: [runningPod, press('extend-button'), dialog] },
  {
    name: 'what operators end',
    path: '/operator',
    scenario: 'operator',
    steps: [press('force-end'), dialog],
  },
  {
    name: 'what operators switch',
    path: '/operator',
    scenario: 'operator',
    steps: [press('switch'), dialog],
  },
  {
    name: 'a correction that owes more than there is',
    path: '/operator/people?q=octocat',
    scenario: 'operator',
    steps: [
      press('person-row'),
      press('correct-wallet'),
      press('adjust-debit'),
      write('adjust-amount', '100'),
      press('adjust-confirm'),
      (page) => page.getByText('至少三个字符').waitFor(),
    ],
  },
  {
    name: 'a promotion code that is there already',
    path: '/operator/promotions',
    scenario: 'operator',
    steps: [
      press('add-promotion'),
      write('promotion-code', 'WELCOME'),
      write('promotion-note', '123'),
      press('promotion-create'),
      (page) => page.getByText('已经存在').waitFor(),
    ],
  },
  {
    name: 'a promotion code that is switched off',
    path: '/operator/promotions',
    scenario: 'operator',
    steps: [press('switch-off'), dialog],
  },
  { name: 'the palette', path: '/pods', steps: [press('open-palette'), see('palette')] },
  {
    name: 'the menu',
    path: '/pods',
    steps: [press('user-menu'), (page) => page.getByRole('menu').waitFor()],
  },
]

test.each(places)('$name is told in Chinese to who reads it', async ({ path, scenario, fail, steps }) => {
  const { page } = await dashboard.visit(path, {
    locale: 'zh-CN',
    scenario: scenario ?? 'usual',
    ...(fail && { fail }),
  })
  for (const step of steps) await step(page)
  expect(await englishOn(page)).toEqual([])
  await page.context().close()
})

test('why a launch failed is told in Chinese, in the timeline, at the attempt and on the receipt', async () => {
  const { page } = await dashboard.visit('/pods', { locale: 'zh-CN' })
  await page.locator('a[href^="/pods/"]', { hasText: 'batch-embeddings' }).click()
  const said = /秒内未能使用：connect ECONNREFUSED/
  const places = [
    page.getByTestId('receipt'),
    page.getByTestId('attempt'),
    page.getByTestId('timeline').locator('[data-kind=attempt_failed]'),
  ]
  for (const place of places) {
    await place.waitFor()
    expect(await place.textContent()).toMatch(said)
    expect(await place.locator('q[lang=en]').textContent()).toBe('connect ECONNREFUSED')
  }
  expect(await englishOn(page)).toEqual([])
  await page.context().close()
})

test('a pod that does not go away says in Chinese what it waits for, and quotes the provider', async () => {
  const { page } = await dashboard.visit(`/rent/${encodeURIComponent('lambda:us-east-1/rtx-a6000/1')}`, {
    locale: 'zh-CN',
  })
  await press('rent-submit')(page)
  await see('ssh-command')(page)
  await press('stop-button')(page)
  await press('stop-confirm')(page)
  const stuck = page.getByTestId('timeline').locator('[data-kind=stuck]')
  await stuck.waitFor()
  expect(await stuck.textContent()).toContain('正在等待：Lambda 销毁 Pod')
  expect(await page.locator('[data-kind=teardown_delayed] q[lang=en]').textContent()).toBeTruthy()
  expect(await englishOn(page)).toEqual([])
  await page.context().close()
})
