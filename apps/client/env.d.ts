/// <reference types="vite/client" />
/// <reference types="@nuxt/ui/vue-plugin" />
