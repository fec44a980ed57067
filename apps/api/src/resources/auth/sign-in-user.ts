import { newId } from '@berth/contract/ids'
import { OauthIdentityEntity } from '@berth/entities/oauth-identity'
import { type User, UserEntity } from '@berth/entities/user'
import { WalletEntity } from '@berth/entities/wallet'
import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm'

/** Who GitHub says it is. */
export interface GithubPerson {
  /** GitHub's numeric id: stays when the login changes. */
  subject: string
  login: string
  displayName: string
  email: string | null
  avatarUrl: string | null
}

interface SignInDeps {
  dataSource: DataSource
  operators: ReadonlySet<string>
}

/**
 * The user of this GitHub account, made with an empty wallet at the first sign-in, all in one transaction. What
 * GitHub knows better (name, picture) is taken over each time, and so is being an operator.
 */
export async function signInUser(deps: SignInDeps, person: GithubPerson): Promise<User> {
  try {
    return await deps.dataSource.transaction((manager) => findOrCreate(manager, deps.operators, person))
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    // Why: two browsers finished the first sign-in at once; the other one's user is there now.
    return deps.dataSource.transaction((manager) => findOrCreate(manager, deps.operators, person))
  }
}

async function findOrCreate(
  manager: EntityManager,
  operators: ReadonlySet<string>,
  person: GithubPerson,
): Promise<User> {
  const facts = {
    handle: person.login,
    displayName: person.displayName,
    email: person.email,
    avatarUrl: person.avatarUrl,
    isOperator: operators.has(person.login.toLowerCase()),
  }
  const known = await manager.findOneBy(OauthIdentityEntity, { provider: 'github', subject: person.subject })
  const userId = known?.userId ?? newId('user')
  if (known) {
    await manager.update(UserEntity, { id: userId }, facts)
    await manager.update(OauthIdentityEntity, { id: known.id }, { login: person.login })
  } else {
    await manager.insert(UserEntity, { id: userId, ...facts })
    await manager.insert(OauthIdentityEntity, {
      id: newId('identity'),
      userId,
      provider: 'github',
      subject: person.subject,
      login: person.login,
    })
    await manager.insert(WalletEntity, { id: newId('wallet'), userId })
  }
  return manager.findOneByOrFail(UserEntity, { id: userId })
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && 'code' in error && error.code === '23505'
}
