const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Markup that is already safe; everything else put into `html` is escaped. */
export interface Html {
  readonly markup: string
}

type Piece = Html | readonly Html[] | string | number

function escaped(piece: Piece): string {
  if (typeof piece === 'object')
    return 'markup' in piece ? piece.markup : piece.map(({ markup }) => markup).join('')
  return String(piece).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

/** A template whose values are escaped, so that no page can be written without it. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const markup = strings.map(
    (text, index) => text + (index < pieces.length ? escaped(pieces[index] ?? '') : ''),
  )
  return { markup: markup.join('') }
}

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f4f5f7, #16181d) }
  main { box-sizing: border-box; width: min(26rem, 100vw); padding: 2rem; border-radius: 12px;
    background: light-dark(#fff, #22252c); box-shadow: 0 4px 24px #0002 }
  main.wide { width: min(48rem, 100vw) }
  iframe { width: 100%; height: 34rem; border: 1px solid light-dark(#c9ced6, #474c57); border-radius: 6px; background: #fff }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8rem }
  h1 { margin: 0 0 .25rem; font-size: 1.25rem }
  p { margin: 0 0 1rem; color: light-dark(#555b66, #a7adb8) }
  label { display: block; margin: 0 0 1rem; font-size: .875rem }
  input { box-sizing: border-box; width: 100%; margin-top: .25rem; padding: .6rem .75rem; font: inherit;
    border: 1px solid light-dark(#c9ced6, #474c57); border-radius: 6px; background: transparent; color: inherit }
  button { width: 100%; padding: .7rem; font: inherit; font-weight: 600; border: 0; border-radius: 6px;
    background: #4f46e5; color: #fff; cursor: pointer }
  button.secondary { background: transparent; color: inherit; border: 1px solid light-dark(#c9ced6, #474c57) }
  a { color: light-dark(#4338ca, #a5b4fc) }
  form + form { margin-top: .75rem }
  .amount { font-size: 2rem; font-weight: 700; color: inherit; margin-bottom: 1rem }
  .error { padding: .6rem .75rem; border-radius: 6px; background: #b91c1c; color: #fff }
  .note { margin: 1rem 0 0; font-size: .8rem; text-align: center }
`

/** A whole page of an emulated service; it says that it is one. */
export function page({ title, body, wide = false }: { title: string; body: Html; wide?: boolean }): string {
  const style: Html = { markup: `<style>${STYLE}</style>` }
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <main class="${wide ? 'wide' : 'narrow'}">
          ${body}
          <p class="note">An emulated service for development. No real money, no real accounts.</p>
        </main>
      </body>
    </html> `.markup
}

/** Headers for such a page: it loads nothing and may not be framed. */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
} as const
