import { randomBytes } from 'node:crypto'
import { createOpenSshKeyPair } from '@berth/activities/providers/ssh/openssh-key-pair'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, inject } from 'vitest'
import { launchBrowser } from './browser.ts'
import { listenForComplaints } from './complaints.ts'
import { addSshKey, signIn, topUp } from './visitor.ts'
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
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    if (login !== null) await signIn(page, login)
    // Why not sooner: asking who one is answers 401 until one has signed in, and Chromium complains of that.
    const complaints = listenForComplaints(page, ['error'])
    if (key) await addSshKey(page, createOpenSshKeyPair(`${login}@laptop`).publicKey)
    if (dollars !== undefined) await topUp(page, dollars)
    return { page, login, complaints }
  }
  return { visit, origin: () => dashboard }
}

/** A login that nobody has signed in with before. */
export const someoneNew = (): string => `renter-${randomBytes(5).toString('hex')}`
