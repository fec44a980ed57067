import { describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { rentFirst, stopPod } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'
import { WIDTHS } from '../support/widths.ts'

const { visit } = useVisitors()

describe.each(WIDTHS)('on %s, somebody new', (_, viewport) => {
  test('comes from the landing page to a running pod, and ends it for a receipt', async () => {
    const { page, complaints } = await visit({ viewport, key: true, dollars: 25 })
    await rentFirst(page, { market: 'q=4090&provider=vast', hours: 1 })
    expect(await page.getByTestId('ssh-command').textContent()).toContain('ssh -p')
    expect(await accessibilityProblems(page)).toEqual([])
    await stopPod(page)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    expect(complaints).toEqual([])
  })
})
