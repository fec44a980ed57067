import { fileURLToPath } from 'node:url'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { plainRoutes } from './plain-routes.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Icons are bundled and composables imported by hand: the page asks nothing of any other origin. */
const nuxtUi = ui({
  root: here,
  autoImport: false,
  components: { dts: fileURLToPath(new URL('components.d.ts', import.meta.url)), dirs: [] },
  icon: { clientBundle: { scan: { globInclude: ['src/**/*.{vue,ts}'] } } },
  ui: {
    colors: {
      primary: 'tide',
      secondary: 'buoy',
      success: 'kelp',
      info: 'tide',
      warning: 'amber',
      error: 'red',
      neutral: 'mist',
    },
    button: {
      slots: { base: 'cursor-pointer' },
      // Why: the library's own three quarters leave too little contrast under the pointer.
      compoundVariants: (['primary', 'error'] as const).map((color) => ({
        color,
        variant: 'solid' as const,
        class: `hover:bg-${color}/90 active:bg-${color}/90`,
      })),
    },
    formField: { slots: { label: 'text-highlighted', error: 'mt-1.5 text-sm' } },
    // Why: the library's own track is too pale to be seen as one that is off.
    switch: { slots: { base: 'data-[state=unchecked]:bg-(--ui-text-dimmed)/80' } },
    slideover: { slots: { overlay: 'bg-black/40 dark:bg-black/60 backdrop-blur-[1px]' } },
    modal: {
      variants: { overlay: { true: { overlay: 'bg-black/40 dark:bg-black/60 backdrop-blur-[1px]' } } },
    },
  },
})

export default defineConfig(({ mode }) => ({
  root: here,
  plugins: [vue(), nuxtUi, plainRoutes()],
  define: { __VUE_I18N_LEGACY_API__: false },
  server: {
    // Why: with the mock, the page answers even the addresses of the API that a browser visits.
    proxy:
      mode === 'mock'
        ? {}
        : {
            '/v1': {
              target: process.env['BERTH_API_URL'] ?? 'http://127.0.0.1:4301',
              changeOrigin: false,
            },
          },
  },
  build: { target: 'es2023', assetsInlineLimit: 0, manifest: true },
}))
