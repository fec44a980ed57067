import { randomBytes } from 'node:crypto'
import { createOpenSshKeyPair } from '@berth/activities/providers/ssh/openssh-key-pair'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, inject } from 'vitest'
import { launchBrowser } from './browser.ts'
import { listenForComplaints } from './complaints.ts'
import { newcomer } from './newcomer.ts'
import { DESKTOP } from './widths.ts'

export interface Visit extends BrowserContextOptions {
  /** Who signs in; somebody new unless said, nobody with null. */
  login?: string | null
  /** Whether they have an SSH key already. */
  key?: boolean
  /** What they have paid in. */
  dollars?: 25 | 100
}

export interface Visitor {
  page: Page
  login: string | null
  /** Errors that scripts threw or the console complained of, so far; a 4xx answer that a test provokes is one. */
  complaints: string[]
}

/**
 * Visitors of the shared stack for one test file, each with a browser context of their own that ends with the file.
 * Call it at the top of the file.
 */
export function useVisitors(): { visit: (visit?: Visit) => Promise<Visitor>; origin: () => string } {
  const { dashboard } = inject('stack')
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  const visit = async ({
    login = someoneNew(),
    key = false,
    dollars,
    ...how
  }: Visit = {}): Promise<Visitor> => {
    const context = await browser.newContext({
      baseURL: dashboard,
      viewport: DESKTOP,
      reducedMotion: 'reduce',
      ...how,
    })
    if (login !== null) {
      const person = newcomer(context, dashboard)
      await person.signIn(login)
      if (key) await person.addSshKey(createOpenSshKeyPair(`${login}@laptop`).publicKey)
      if (dollars !== undefined) await person.topUp(dollars)
    }
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    const complaints = listenForComplaints(page, ['error'])
    if (login !== null) {
      await page.goto('/')
      await page.getByTestId('balance-pill').waitFor()
    }
    return { page, login, complaints }
  }
  return { visit, origin: () => dashboard }
}

/** A login that nobody has signed in with before. */
export const someoneNew = (): string => `renter-${randomBytes(5).toString('hex')}`
