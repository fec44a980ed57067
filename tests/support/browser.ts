import { resolveBrowser } from '@berth/stack/browser/resolve-browser'
import { chromium, type Browser } from 'playwright-core'

/** Chromium without a window: the one `npm test` found, or whatever this machine has. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await resolveBrowser({ env: process.env }),
    headless: true,
    args: ['--no-sandbox', '--disable-gpu'],
  })
}
