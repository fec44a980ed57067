import { createOpenSshKeyPair } from '@berth/activities/providers/ssh/openssh-key-pair'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.ts'
import { addSshKey, rentFirst, signIn, stopPod, topUp } from '../support/visitor.ts'

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
    await signIn(page, 'ada')
    await addSshKey(page, createOpenSshKeyPair('ada@laptop').publicKey)
    await topUp(page, 100)
    await rentFirst(page, { market: 'q=h100', hours: 2 })
    const pod = new URL(page.url()).pathname
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
    await stopPod(page)
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

await main(process.argv[2] ?? 'http://localhost:4300')
