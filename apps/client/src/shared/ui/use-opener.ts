import { ref, watch, type ComponentPublicInstance, type Ref } from 'vue'

/** For the button that makes way for a form: it has the focus again once it is back, as the keyboard needs it. */
export function useOpener(open: Readonly<Ref<boolean>>): Ref<ComponentPublicInstance | null> {
  const opener = ref<ComponentPublicInstance | null>(null)
  watch(
    open,
    (isOpen) => {
      if (!isOpen) opener.value?.$el.focus()
    },
    { flush: 'post' },
  )
  return opener
}
