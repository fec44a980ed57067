import { createOpenSshKeyPair } from '@berth/activities/providers/ssh/openssh-key-pair'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.ts'

const FOLDER = new URL('../../docs/images', import.meta.url).pathname
const THEMES = ['light', 'dark'] as const

/** `npm run screenshots`: pictures of every page of a running stack (`npm start`), in both themes, into docs/images. */
async function main(origin: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  const browser = await launchBrowser()
  try {
    const context = await browser.newContext({
      baseURL: origin,
      viewport: { width: 1440, height: 900 },
      colorScheme: 'light',
    })
    const page = await context.newPage()
    await shoot(page, 'sign-in', '/sign-in')
    await signIn(page)
    await addKey(page)
    await topUp(page)
    const pod = await rent(page)
    await shoot(page, 'market', '/market')
    await page.goto('/market')
    await page.getByTestId('rent-button').first().click()
    await page.getByTestId('rent-submit').waitFor()
    await shoot(page, 'rent', new URL(page.url()).pathname)
    await shoot(page, 'pod', pod)
    await shoot(page, 'pods', '/pods')
    await shoot(page, 'wallet', '/wallet')
    await shoot(page, 'ssh-keys', '/keys')
    await page.goto(pod)
    await page.getByTestId('stop-button').click()
    await page.getByTestId('stop-confirm').click()
    await page.getByTestId('receipt').waitFor({ timeout: 60_000 })
    await shoot(page, 'receipt', pod)
  } finally {
    await browser.close()
  }
}

/** The page in each theme, once it stands still. */
async function shoot(page: Page, name: string, path: string): Promise<void> {
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.goto(path)
    await page.waitForTimeout(1_500)
    await page.screenshot({ path: join(FOLDER, `${name}-${theme}.png`) })
  }
}

async function signIn(page: Page): Promise<void> {
  await page.goto('/sign-in')
  await page.getByTestId('sign-in-github').click()
  await page.getByTestId('authorize-ada').click()
  await page.getByTestId('balance-pill').waitFor()
}

async function addKey(page: Page): Promise<void> {
  await page.goto('/keys')
  await page.getByTestId('add-key').first().click()
  await page.getByTestId('ssh-key-name').fill('laptop')
  await page.getByTestId('ssh-key-public').fill(createOpenSshKeyPair('ada@laptop').publicKey)
  await page.getByTestId('add-key-submit').click()
  await page.getByTestId('ssh-key-row').first().waitFor()
}

async function topUp(page: Page): Promise<void> {
  await page.goto('/wallet')
  await page.getByTestId('top-up-100').click()
  await page.getByTestId('top-up-submit').click()
  await page.getByTestId('pay').click()
  await page.waitForURL(/\/wallet/)
  await page.getByTestId('ledger-row').first().waitFor({ timeout: 60_000 })
}

/** Rents one and answers the path of its page. */
async function rent(page: Page): Promise<string> {
  await page.goto('/market?q=h100')
  await page.getByTestId('rent-button').first().click()
  await page.getByTestId('duration-for').click()
  await page.getByTestId('duration-hours').fill('2')
  await page.getByTestId('rent-submit').click()
  await page.waitForURL(/\/pods\/rent_/)
  await page.getByTestId('ssh-command').waitFor({ timeout: 90_000 })
  return new URL(page.url()).pathname
}

await main(process.argv[2] ?? 'http://localhost:4300')
