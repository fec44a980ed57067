import axe from 'axe-core'

/**
 * What axe finds wrong with the page as it stands: names, roles, labels, structure. Colours need a real browser: the
 * browser tests look at them, in both themes. Of a page behind an open dialog nothing can be used, so only that is looked at.
 */
export async function accessibilityProblems(): Promise<string[]> {
  const { violations } = await axe.run(document.querySelector('[role=dialog]') ?? document.body, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    rules: { 'color-contrast': { enabled: false } },
  })
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}
