import { useEventListener } from '@vueuse/core'
import { useRouter } from 'vue-router'
import { destinations } from '../shell/navigation.ts'
import { createKeyReader } from './key-sequence.ts'
import { useShortcuts } from './shortcuts-store.ts'

/** Makes the keys of the application work while the calling component lives. */
export function useKeyboard(): void {
  const router = useRouter()
  const shortcuts = useShortcuts()
  const read = createKeyReader(new Map(destinations.map(({ key, name }) => [key, name])))

  useEventListener(document, 'keydown', (event: KeyboardEvent) => {
    const meaning = read(event, shortcuts.singleKeys)
    if (meaning === null) return
    event.preventDefault()
    if (meaning === 'palette') shortcuts.paletteOpen = !shortcuts.paletteOpen
    else if (meaning === 'help') shortcuts.helpOpen = true
    else void router.push({ name: meaning.go })
  })
}
