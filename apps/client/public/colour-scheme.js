// Why: runs before the first paint, so that a dark page never flashes white; a file of its own keeps the
// content security policy free of inline scripts.
;(() => {
  const chosen = localStorage.getItem('vueuse-color-scheme') ?? 'auto'
  const dark = chosen === 'dark' || (chosen === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', dark)
})()
