import { FIRST_PAGE, readManifest, scriptsOf } from './manifest.ts'

/** The font of nearly every text of the page, in the letters of its first language. */
const FONT = /\/ibm-plex-sans-latin-wght-normal\.woff2$/

/** The addresses that show the first page: the market, and the form to rent that opens before it. */
export const showsFirstPage = (path: string): boolean => /^\/(index\.html|market|rent\/.+)$/.test(path)

/**
 * The `Link` header of the first page. The browser then fetches its script and font beside the entry's, instead of finding
 * out about them only when the entry runs.
 */
export async function firstPageLinks(folder: string): Promise<string> {
  const manifest = await readManifest(folder)
  const entry = scriptsOf(manifest, 'index.html')
  const scripts = [...scriptsOf(manifest, FIRST_PAGE)].filter((file) => !entry.has(file))
  const fonts = Object.entries(manifest).filter(([source]) => FONT.test(source))
  return [
    ...fonts.map(([, { file }]) => `</${file}>; rel=preload; as=font; type="font/woff2"; crossorigin`),
    ...scripts.map((file) => `</${file}>; rel=modulepreload`),
  ].join(', ')
}
