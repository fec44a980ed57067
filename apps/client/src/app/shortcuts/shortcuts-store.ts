import { useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { ref } from 'vue'

/** What the keyboard opens, and whether single keys do anything: people who dictate want them off. */
export const useShortcuts = defineStore('shortcuts', () => {
  const singleKeys = useStorage('berth-single-keys', true)
  const paletteOpen = ref(false)
  const helpOpen = ref(false)
  return { singleKeys, paletteOpen, helpOpen }
})
