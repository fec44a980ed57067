import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openMockDashboard, type MockDashboard } from '../support/mock-dashboard.ts'
import { mockPages, type MockPage } from '../support/mock-pages.ts'
import { PHONE } from '../support/widths.ts'

const FOLDER = new URL('../../docs/images', import.meta.url).pathname
const THEMES = ['light', 'dark'] as const
/** Pages that are shown as a phone has them, too. */
const ON_A_PHONE = new Set(['market', 'pod'])

/** `npm run screenshots`: pictures of every page in both themes into docs/images, over the mock, so that they need nothing else. */
async function main(): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  const dashboard = await openMockDashboard()
  try {
    for (const each of mockPages) {
      for (const theme of THEMES) await shoot(dashboard, each, { theme, name: `${each.name}-${theme}` })
      if (!ON_A_PHONE.has(each.name)) continue
      await shoot(dashboard, each, { theme: 'light', name: `${each.name}-phone`, viewport: PHONE })
    }
  } finally {
    await dashboard.close()
  }
}

/** The page as people use it, once it stands still. */
async function shoot(
  dashboard: MockDashboard,
  { path, scenario = 'usual', open }: MockPage,
  { theme, name, viewport }: { theme: 'light' | 'dark'; name: string; viewport?: typeof PHONE },
): Promise<void> {
  const { page } = await dashboard.visit(path, {
    colorScheme: theme,
    scenario,
    ...(viewport ? { viewport } : {}),
  })
  await open(page)
  await page.evaluate('document.fonts.ready')
  await page.waitForTimeout(800)
  await page.screenshot({ path: join(FOLDER, `${name}.png`) })
  await page.context().close()
}

await main()
