import { useWindowVirtualizer } from '@tanstack/vue-virtual'
import { useResizeObserver } from '@vueuse/core'
import { computed, ref, watch, type Ref } from 'vue'

interface VirtualRows {
  /** What holds the rows. */
  body: Readonly<Ref<HTMLElement | null>>
  count: () => number
  /** Height of a row before it has been measured, pixels. */
  rowHeight: number
  /** The last rows came into sight. */
  onNearEnd: () => void
}

const OVERSCAN = 6

/** Of a list of thousands of rows only those in sight stand in the page; spacers stand for the others. */
export function useVirtualRows({ body, count, rowHeight, onNearEnd }: VirtualRows) {
  /** How far below the top of the page the rows begin. */
  const scrollMargin = ref(0)
  const place = (): void => {
    if (body.value) scrollMargin.value = Math.round(body.value.getBoundingClientRect().top + window.scrollY)
  }
  watch(body, place, { flush: 'post', immediate: true })
  useResizeObserver(document.body, place)

  const virtualizer = useWindowVirtualizer(
    computed(() => ({
      count: count(),
      estimateSize: () => rowHeight,
      overscan: OVERSCAN,
      scrollMargin: scrollMargin.value,
      measureElement: (row: Element) => row.getBoundingClientRect().height || rowHeight,
    })),
  )
  const rows = computed(() => virtualizer.value.getVirtualItems())
  const lastIndex = computed(() => rows.value.at(-1)?.index ?? -1)
  watch([lastIndex, count], ([index, total]) => {
    if (total > 0 && index >= total - OVERSCAN) onNearEnd()
  })

  return {
    rows,
    /** Give it to each row as a template ref, with its `data-index`. */
    measure: (row: unknown) => {
      if (row instanceof Element) virtualizer.value.measureElement(row)
    },
    above: computed(() => Math.max(0, (rows.value[0]?.start ?? scrollMargin.value) - scrollMargin.value)),
    below: computed(() =>
      Math.max(
        0,
        virtualizer.value.getTotalSize() -
          ((rows.value.at(-1)?.end ?? scrollMargin.value) - scrollMargin.value),
      ),
    ),
  }
}
