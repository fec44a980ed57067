import { describe, expect, it } from 'vitest'
import { en as first } from './en.ts'
import { operator } from './en/operator.ts'
import { languages, languageTags, preferredLanguage } from './languages.ts'

const en = { ...first, operator }
const translations = languageTags.filter((tag) => tag !== 'en')

describe.each(translations)('the words in %s', (tag) => {
  it('are there for every message of the page, and for none that it lacks', async () => {
    expect(Object.keys(await wordsIn(tag)).sort()).toEqual(Object.keys(flat(en)).sort())
  })

  it('leave out none of what is filled in', async () => {
    const words = await wordsIn(tag)
    for (const [key, text] of Object.entries(flat(en))) {
      expect([key, placeholders(words[key])]).toEqual([key, placeholders(text)])
    }
  })

  it('are translated, names and examples aside', async () => {
    const words = await wordsIn(tag)
    const same = Object.entries(flat(en)).filter(
      ([key, text]) => words[key] === text && /[a-z]{3,} [a-z]{3,}/.test(text),
    )
    expect(same).toEqual([])
  })
})

describe('the language of a new visitor', () => {
  it('is the first of the browser’s that we speak', () => {
    expect(preferredLanguage(null, ['fr-FR', 'zh-TW', 'en'])).toBe('zh-CN')
    expect(preferredLanguage(null, ['en-GB', 'zh-CN'])).toBe('en')
    expect(preferredLanguage(null, ['fr'])).toBe('en')
  })

  it('is what was chosen before, if we still speak it', () => {
    expect(preferredLanguage('zh-CN', ['en'])).toBe('zh-CN')
    expect(preferredLanguage('xx', ['en'])).toBe('en')
  })
})

async function wordsIn(tag: (typeof languageTags)[number]): Promise<Record<string, string>> {
  const loaded = await languages[tag].load?.()
  return flat(loaded?.messages ?? en)
}

function flat(messages: object, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(messages).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[prefix + key, value]]
        : Object.entries(flat(value as object, `${prefix}${key}.`)),
    ),
  )
}

const placeholders = (text: string | undefined): string[] => [...new Set(text?.match(/\{\w+\}/g))].sort()
