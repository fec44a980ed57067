import { buildDashboard } from '@berth/stack/dashboard/build-dashboard'
import { serveDashboard } from '@berth/stack/dashboard/serve-dashboard'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { listenForComplaints } from './complaints.ts'
import { DESKTOP } from './widths.ts'

export interface MockVisit extends Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'locale'> {
  /** `?mock=`: which world. */
  scenario?: string
  /** `?mock-fail=`: what fails, "rentals.list:internal". */
  fail?: string
  /** `?mock-delay=`: how long each answer takes, milliseconds. */
  delayMs?: number
  /** Runs in the page before the page's own scripts. */
  watch?: () => void
  /** Who has been here before: nothing is fetched twice. */
  context?: BrowserContext
}

export interface VisitedPage {
  page: Page
  /** Errors of scripts, complaints of the console and broken rules of the content security policy, so far. */
  complaints: string[]
}

export interface MockDashboard {
  origin: string
  browser: Browser
  /** Opens a page of the dashboard as a visitor of their own, unless it is in a context; nothing waits for it to be filled. */
  visit: (path: string, how?: MockVisit) => Promise<VisitedPage>
  close: () => Promise<void>
}

/** The built dashboard over its world in memory, served with the headers of the real one. */
export async function openMockDashboard(): Promise<MockDashboard> {
  const { folder } = await buildDashboard({ mode: 'mock', onProgress: () => undefined })
  const server = await serveDashboard({ folder, port: 0 })
  const browser = await launchBrowser()
  const origin = `http://127.0.0.1:${server.port}`

  return {
    origin,
    browser,
    visit: async (path, { scenario = 'usual', fail, delayMs = 0, watch, context: known, ...how } = {}) => {
      const context =
        known ??
        (await browser.newContext({ baseURL: origin, viewport: DESKTOP, reducedMotion: 'reduce', ...how }))
      const page = await context.newPage()
      page.setDefaultTimeout(30_000)
      const complaints = listenForComplaints(page, ['error', 'warning'])
      if (watch) await page.addInitScript(watch)
      await page.goto(
        withMock(path, {
          mock: scenario,
          'mock-delay': String(delayMs),
          ...(fail ? { 'mock-fail': fail } : {}),
        }),
      )
      // The world is there once the page is: who goes on earlier would find another one.
      await page.waitForFunction(() => (document.querySelector('#app')?.childElementCount ?? 0) > 0)
      return { page, complaints }
    },
    close: async () => {
      await browser.close()
      await server.close()
    },
  }
}

function withMock(path: string, parameters: Record<string, string>): string {
  const url = new URL(path, 'http://mock.test')
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return `${url.pathname}${url.search}${url.hash}`
}
