/** What a key means: a place to go, the list of keys, the palette, or nothing. */
export type KeyMeaning = { go: string } | 'help' | 'palette' | null

const SEQUENCE_MS = 1500

/** Reads keys one by one: "g" and then the letter of a place, "?" for the list, Ctrl-K or ⌘K for the palette. */
export function createKeyReader(places: ReadonlyMap<string, string>, nowMs: () => number = Date.now) {
  let goPressedMs = Number.NEGATIVE_INFINITY

  return (event: KeyboardEvent, singleKeys: boolean): KeyMeaning => {
    if (isPalette(event)) return 'palette'
    if (!singleKeys || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return null
    if (event.key === '?') return 'help'
    const place = nowMs() - goPressedMs < SEQUENCE_MS ? places.get(event.key) : undefined
    goPressedMs = event.key === 'g' ? nowMs() : Number.NEGATIVE_INFINITY
    return place === undefined ? null : { go: place }
  }
}

const isPalette = ({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean =>
  key.toLowerCase() === 'k' && (ctrlKey || metaKey) && !altKey && !shiftKey

/** Keys belong to whoever is writing, choosing from a list, or answering a dialogue. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable || target.closest('input, textarea, select, [role=dialog], [role=menu]') !== null
  )
}
