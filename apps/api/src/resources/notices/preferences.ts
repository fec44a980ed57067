import { CHOOSABLE_NOTICE_KINDS, NOTICE_CHANNELS } from '@berth/contract/notices'
import type { NoticePreferences } from '@berth/contract/schemas/notices'
import { NoticePreferenceEntity } from '@berth/entities/notice-preference'
import { UserEntity } from '@berth/entities/user'
import type { DataSource } from 'typeorm'

/** Every kind with where it is told; everything, until a person chose otherwise. */
export async function readPreferences(dataSource: DataSource, userId: string): Promise<NoticePreferences> {
  const [user, wishes] = await Promise.all([
    dataSource.getRepository(UserEntity).findOneByOrFail({ id: userId }),
    dataSource.getRepository(NoticePreferenceEntity).findBy({ userId }),
  ])
  const isOff = (kind: string, channel: string) =>
    wishes.some((wish) => wish.kind === kind && wish.channel === channel && !wish.enabled)
  return {
    email: user.email,
    choices: CHOOSABLE_NOTICE_KINDS.map((kind) => ({
      kind,
      dashboard: !isOff(kind, 'dashboard'),
      email: !isOff(kind, 'email'),
    })),
  }
}

export async function writePreferences(
  dataSource: DataSource,
  userId: string,
  choices: NoticePreferences['choices'],
): Promise<NoticePreferences> {
  const wishes = choices.flatMap((choice) =>
    NOTICE_CHANNELS.map((channel) => ({ userId, kind: choice.kind, channel, enabled: choice[channel] })),
  )
  await dataSource.getRepository(NoticePreferenceEntity).upsert(wishes, ['userId', 'kind', 'channel'])
  return readPreferences(dataSource, userId)
}
