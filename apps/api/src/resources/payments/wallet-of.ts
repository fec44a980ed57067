import { WalletEntity } from '@berth/entities/wallet'
import type { DataSource } from 'typeorm'

export async function walletOf(dataSource: DataSource, userId: string): Promise<string> {
  const { id } = await dataSource.getRepository(WalletEntity).findOneByOrFail({ userId })
  return id
}
