import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import { createMessages } from '../../shared/i18n/i18n.ts'
import { languages } from '../../shared/i18n/languages.ts'
import type { Text } from '../../shared/i18n/use-text.ts'
import { anOffer, aPreview } from '../../shared/testing/examples.ts'
import { rentSentence } from './rent-sentence.ts'

type Wish = Parameters<typeof rentSentence>[0]
const until = { kind: 'until_stopped' } as const

describe('the sentence before the click', () => {
  it('says the whole sum of a length, and the length of a budget', async () => {
    expect(await said({ duration: { kind: 'for', seconds: 14_400 } }, { totalMicros: 8_400_000 })).toContain(
      'for 4 hours at $2.10 per hour, $8.40 in all;',
    )
    expect(await said({ duration: { kind: 'budget', spendLimitMicros: 21_000_000 } })).toContain(
      'until it has cost $21.00 at $2.10 per hour, which is about 10 hours;',
    )
  })

  it.each<[Wish['preview']['charging'], string]>([
    [{ strategy: 'hold' }, '$0.175 is held now'],
    [{ strategy: 'tick' }, 'nothing is set aside'],
    [{ strategy: 'block', blockSeconds: 3600, unused: 'none' }, 'you pay 1 hour at a time, $0.175 of it now'],
    [
      { strategy: 'term', earlyStop: [{ fromSeconds: 0, refundPercent: 50 }] },
      'you pay $0.175 now for the whole',
    ],
  ])('says how %o is paid', async (charging, words) => {
    expect(await said({ duration: until }, { charging })).toContain(words)
  })

  it('does not count a wallet that lasts', async () => {
    expect(await said({ duration: until }, { runwaySeconds: null })).toContain('as long as you like')
  })

  it('reads as one sentence in Chinese too', async () => {
    expect(await said({ duration: until }, {}, 'zh-CN')).toBe(
      '您在 RunPod（美国）租用 1× H100 SXM 80 GB，直到您停止，每小时 $2.10，每天 $50.40；现在预留 $0.175，按实际使用的秒数计费；' +
        '连同所有正在运行的 Pod，您的钱包可用 9小时 31分钟；停止会结束 Pod 并失去其磁盘。',
    )
  })
})

async function said(
  wish: Pick<Wish, 'duration'>,
  preview: Partial<Wish['preview']> = {},
  tag: keyof typeof languages = 'en',
): Promise<string> {
  const i18n = createMessages()
  const loaded = await languages[tag].load?.()
  if (loaded) i18n.global.setLocaleMessage(tag, loaded.messages)
  const t: Text['t'] = (key, values = {}) => i18n.global.t(key, values, { locale: tag })
  return rentSentence({ offer: anOffer(), preview: aPreview(preview), ...wish }, { t, locale: ref(tag) })
}
