import { expect, it } from 'vitest'

const sources = import.meta.glob<string>('./**/*.{ts,vue}', { query: '?raw', import: 'default', eager: true })

/** The feature a relative import of this file leads into, or null when it leads out of the features. */
function featureOf(file: string, specifier: string): string | null {
  const path = new URL(specifier, `http://features/${file.slice(2)}`).pathname
  return specifier.startsWith('.') && !path.startsWith('/shared/') ? (path.split('/')[1] ?? null) : null
}

it('features do not import each other', () => {
  const crossings = Object.entries(sources).flatMap(([file, source]) =>
    [...source.matchAll(/from '([^']+)'/g)].flatMap(([, specifier = '']) => {
      const [own, other] = [file.split('/')[1], featureOf(file, specifier)]
      return other === null || other === own ? [] : [`${file} imports ${specifier}`]
    }),
  )
  expect(Object.keys(sources).length).toBeGreaterThan(50)
  expect(crossings).toEqual([])
})
