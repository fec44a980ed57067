import type { Page } from 'playwright-core'

/**
 * English that a reader of Chinese meets on the page as it stands: two words in a row in what is shown or read out. What is
 * marked as another language (`lang`), as not to be translated (`translate="no"`) or as code is none of ours.
 */
export const englishOn = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const sentence = /[A-Za-z’']{2,},? [a-z’']{2,}(?![\w-])/
    const spared = 'code, pre, kbd, samp, script, style, [translate=no], [lang]:not([lang^=zh])'
    const found = new Set<string>()
    const look = (element: Element, text: string | null, from: string) => {
      if (text && sentence.test(text) && !element.closest(spared)) found.add(`${from}: ${text.trim()}`)
    }
    look(document.head, document.title, 'title of the page')
    for (const element of document.querySelectorAll('body, body *')) {
      for (const name of ['placeholder', 'title', 'aria-label', 'aria-description', 'aria-valuetext', 'alt'])
        look(element, element.getAttribute(name), name)
      if (element instanceof HTMLElement && !element.checkVisibility()) continue
      for (const node of element.childNodes)
        if (node.nodeType === Node.TEXT_NODE) look(element, node.textContent, 'text')
    }
    return [...found]
  })
