import express, { type Router } from 'express'
import { sendProblem } from './problem.ts'
import { parseRequest, sshKeysSchema } from './requests.ts'

/** The account's registered SSH keys: PUT replaces the whole set, which is why tenants' keys never belong here. */
export interface Account {
  readonly routes: Router
  keys(): readonly string[]
  setKeys(keys: readonly string[]): void
}

export function createAccount({ onChange }: { onChange: () => void }): Account {
  let registered: readonly string[] = []
  const routes = express.Router()
  routes.get('/account/ssh-keys', (_request, response) => void response.json({ keys: registered }))
  routes.put('/account/ssh-keys', (request, response) => {
    const body = parseRequest(sshKeysSchema, request.body)
    if (!body.ok) {
      sendProblem(response, body.problem)
      return
    }
    registered = body.value.keys
    onChange()
    response.json({ keys: registered })
  })
  return {
    routes,
    keys: () => registered,
    setKeys(keys) {
      registered = keys
    },
  }
}
