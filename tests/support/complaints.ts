import type { Page } from 'playwright-core'

/** Errors that scripts throw from now on, and what the console says of these kinds; it grows as they come. */
export function listenForComplaints(page: Page, kinds: readonly ('error' | 'warning')[]): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (kinds.some((kind) => kind === message.type())) complaints.push(message.text())
  })
  return complaints
}
