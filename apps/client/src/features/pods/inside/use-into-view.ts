import { onMounted, useTemplateRef } from 'vue'

/** Brings what opens below the edge of the screen into view: on a phone it would go unseen, and a terminal undrawn. */
export function useIntoView(templateRef: string): void {
  const element = useTemplateRef<HTMLElement>(templateRef)
  onMounted(() => element.value?.scrollIntoView({ block: 'nearest' }))
}
