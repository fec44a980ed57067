import { loadavg } from 'node:os'
import type { Page } from 'playwright-core'
import { median } from '../billing/series.ts'
import { openMockDashboard, type MockDashboard } from '../../support/mock-dashboard.ts'
import { firstOffer } from '../../support/visitor.ts'
import { framesWhileScrolling, type Frames } from './frames.ts'

/**
 * `npm run bench:market`: how smoothly the market scrolls with thousands of offers, against the same page with fifty and
 * against an empty page of the same height, which is all that this browser on this machine can do. Sides take turns.
 */
const ROUNDS = 5

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** The market read to its end, and how many offers that are. */
async function openMarket(
  dashboard: MockDashboard,
  scenario: string,
): Promise<{ page: Page; offers: string }> {
  const { page } = await dashboard.visit('/market', { scenario })
  await firstOffer(page).waitFor()
  for (;;) {
    await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)')
    const words = (await page.getByText(/^Showing /).textContent()) ?? ''
    const offers = /([\d,]+) of \1$/.exec(words)?.[1]
    if (offers !== undefined) return { page, offers }
    await page.waitForTimeout(50)
  }
}

async function openEmptyPage(dashboard: MockDashboard, height: number): Promise<Page> {
  const page = await (
    await dashboard.browser.newContext({ viewport: { width: 1440, height: 900 } })
  ).newPage()
  await page.setContent(`<body style="margin:0"><div style="height:${height}px"></div></body>`)
  return page
}

function show(side: string, rounds: readonly Frames[], limit: readonly Frames[]): void {
  const figure = (of: readonly Frames[], name: keyof Frames): number => median(of.map((each) => each[name]))
  const p95 = figure(rounds, 'p95Ms')
  const cells = [
    `${figure(rounds, 'medianMs').toFixed(1)} ms`,
    `${p95.toFixed(1)} ms`,
    `${(figure(rounds, 'lateShare') * 100).toFixed(1)} %`,
    (p95 / figure(limit, 'p95Ms')).toFixed(2),
  ]
  say([side.padEnd(16), ...cells.map((cell) => cell.padStart(14))].join(' '))
}

const dashboard = await openMockDashboard()
try {
  const many = await openMarket(dashboard, 'big-market')
  const few = await openMarket(dashboard, 'usual')
  const height = Number(await many.page.evaluate('document.documentElement.scrollHeight'))
  const empty = await openEmptyPage(dashboard, height)
  const sides = [
    { name: `${many.offers} offers`, page: many.page, rounds: [] as Frames[] },
    { name: `${few.offers} offers`, page: few.page, rounds: [] as Frames[] },
    { name: 'an empty page', page: empty, rounds: [] as Frames[] },
  ]
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { page, rounds } of sides) rounds.push(await framesWhileScrolling(page))
  }
  say(`middle of ${ROUNDS} rounds, at a load of ${loadavg()[0]?.toFixed(1)} on this machine`)
  const heads = ['frame', 'p95', 'late frames', 'p95 : empty']
  say([''.padEnd(16), ...heads.map((head) => head.padStart(14))].join(' '))
  for (const { name, rounds } of sides) show(name, rounds, sides.at(-1)!.rounds)
  const rows = await many.page.getByTestId('offer-row').count()
  say(`${rows} of the ${many.offers} rows stand in the page`)
} finally {
  await dashboard.close()
}
