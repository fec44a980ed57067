import { CHOOSABLE_NOTICE_KINDS, LISTED_NOTICE_KINDS } from '@berth/contract/notices'
import { describe, expect, it } from 'vitest'
import { choicesOf, GROUP_NAMES, NOTICE_GROUPS, switchAll, type Choice } from './notice-groups.ts'

const all = CHOOSABLE_NOTICE_KINDS.map((kind): Choice => ({ kind, dashboard: true, email: true }))
const pods = choicesOf('pods', all)

describe('the groups of events', () => {
  it('hold each event once', () => {
    const grouped = GROUP_NAMES.flatMap((group) => [...NOTICE_GROUPS[group]])
    expect(grouped.toSorted()).toEqual([...LISTED_NOTICE_KINDS].toSorted())
  })

  it('offer every choice there is, and none for what everybody hears', () => {
    expect(GROUP_NAMES.flatMap((group) => choicesOf(group, all))).toHaveLength(all.length)
    expect(choicesOf('access', all).map(({ kind }) => kind)).toEqual(['webhook_switched_off'])
  })

  it('are switched off as a whole where all of it is on, and leave the other channel alone', () => {
    expect(switchAll(pods, 'email')).toEqual(pods.map((choice) => ({ ...choice, email: false })))
  })

  it('are switched on as a whole where some of it is off, and send only what changes', () => {
    const [running, ...others] = pods
    const mixed = [{ ...running!, email: false }, ...others]
    expect(switchAll(mixed, 'email')).toEqual([running])
  })
})
