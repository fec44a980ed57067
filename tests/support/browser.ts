import { resolveBrowser } from '@berth/stack/browser/resolve-browser'
import { chromium, type Browser, type Page } from 'playwright-core'

/** Chromium without a window: the one `npm test` found, or whatever this machine has. Each of its tabs is drawn at all times. */
export async function launchBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: await resolveBrowser({ env: process.env }),
    headless: true,
    args: ['--no-sandbox', '--disable-gpu'],
  })
  browser.on('context', (context) => context.on('page', (page) => void keepDrawn(page)))
  return browser
}

/**
 * A tab behind another is drawn once a second, and whoever clicks in it waits for a drawing or two. One that is filmed is
 * drawn as if it were in front; nobody takes the first pictures, so that no others are made.
 */
async function keepDrawn(page: Page): Promise<void> {
  const neverTaken = new Promise<void>(() => undefined)
  try {
    await page.screencast.start({ onFrame: () => neverTaken, size: { width: 16, height: 16 }, quality: 1 })
  } catch (error) {
    if (!page.isClosed()) throw error
  }
}
