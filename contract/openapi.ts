import { z } from 'zod'
import { scopeNeeded } from './api-keys.ts'
import type { Endpoint } from './endpoint.ts'
import { endpoints } from './endpoints.ts'
import { READABLE_BY_KEY, SECURITY_SCHEMES, securityOf } from './openapi-security.ts'
import { PROBLEMS, type ProblemCode } from './problems.ts'
import { problemSchema } from './schemas/common.ts'
import { liveEventSchema } from './schemas/events.ts'
import { podLogSchema } from './schemas/rentals.ts'

type Json = Record<string, unknown>

/** Problems that any route of its kind may answer. */
const EVERYWHERE: readonly ProblemCode[] = ['invalid_request', 'api_key_refused', 'rate_limited', 'internal']
const BY_AUTH: Record<Endpoint['auth'], readonly ProblemCode[]> = {
  public: [],
  session: ['not_signed_in'],
  operator: ['not_found'],
}
/** What a key that is not enough is told; operations of operators are not there for keys. */
const BY_SCOPE: Record<ReturnType<typeof scopeNeeded>, readonly ProblemCode[]> = {
  read: [],
  full: ['scope_missing'],
  never: ['session_required'],
}
const CHANGES: readonly ProblemCode[] = ['origin_refused']
const IDEMPOTENT: readonly ProblemCode[] = ['idempotency_in_progress', 'idempotency_mismatch']

/** Every code this operation can answer. */
export function problemsOf(definition: Endpoint): ProblemCode[] {
  return [
    ...EVERYWHERE,
    ...BY_AUTH[definition.auth],
    ...(definition.auth === 'session' ? BY_SCOPE[scopeNeeded(definition)] : []),
    ...(definition.method === 'GET' ? [] : CHANGES),
    ...(definition.idempotency ? IDEMPOTENT : []),
    ...definition.problems,
  ]
}

/** The OpenAPI 3.1 document of the whole surface, made from the endpoint table. */
export function buildOpenApi(info: { version: string; serverUrl: string }): Json {
  const components: Json = {}
  const paths: Record<string, Json> = {}
  for (const [tag, operations] of Object.entries(endpoints)) {
    for (const [name, definition] of Object.entries(operations) as [string, Endpoint][]) {
      const path = definition.path.replace(/:(\w+)/g, '{$1}')
      paths[path] ??= {}
      paths[path][definition.method.toLowerCase()] = operation(tag, name, definition, components)
    }
  }
  paths['/v1/events'] = { get: eventStream(components) }
  paths['/v1/rentals/{id}/logs'] = { get: logStream(components) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Berth',
      version: info.version,
      summary: 'Rent GPU pods by the second from one market over every cloud.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: info.serverUrl }],
    tags: Object.keys(endpoints).map((name) => ({ name })),
    paths,
    components: {
      schemas: components,
      securitySchemes: SECURITY_SCHEMES,
    },
  }
}

function operation(tag: string, name: string, definition: Endpoint, components: Json): Json {
  const success: Json = { description: definition.summary }
  if (definition.response)
    success['content'] = {
      'application/json': { schema: schemaOf(definition.response, 'output', components) },
    }
  return {
    operationId: `${tag}.${name}`,
    tags: [tag],
    summary: definition.summary,
    ...(definition.description ? { description: definition.description } : {}),
    security: securityOf(definition),
    parameters: [
      ...parametersOf(definition.params, 'path', components),
      ...parametersOf(definition.query, 'query', components),
      ...(definition.idempotency ? [idempotencyHeader] : []),
    ],
    ...(definition.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(definition.body, 'input', components) } },
          },
        }
      : {}),
    responses: { [definition.status]: success, ...problemResponses(definition, components) },
  }
}

const idempotencyHeader: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'Made by the caller, one for each intent; the same key and body always have one effect and one answer.',
  schema: { type: 'string', minLength: 8, maxLength: 128 },
}

function problemResponses(definition: Endpoint, components: Json): Json {
  const schema = schemaOf(problemSchema, 'output', components)
  const byStatus = groupByStatus(problemsOf(definition))
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
        content: { 'application/problem+json': { schema } },
      },
    ]),
  )
}

function groupByStatus(codes: ProblemCode[]): Map<number, ProblemCode[]> {
  const groups = new Map<number, ProblemCode[]>()
  for (const code of codes)
    groups.set(PROBLEMS[code].status, [...(groups.get(PROBLEMS[code].status) ?? []), code])
  return groups
}

function parametersOf(schema: z.ZodObject | undefined, where: 'path' | 'query', components: Json): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, value]) => ({
    name,
    in: where,
    required: where === 'path',
    schema: schemaOf(value as z.ZodType, 'input', components),
  }))
}

function eventStream(components: Json): Json {
  return {
    operationId: 'events.stream',
    tags: ['events'],
    summary: 'Live events; resume with Last-Event-ID',
    security: READABLE_BY_KEY,
    parameters: [],
    responses: {
      200: {
        description: 'Server-sent events, each datum a LiveEvent',
        content: { 'text/event-stream': { schema: schemaOf(liveEventSchema, 'output', components) } },
      },
    },
  }
}

function logStream(components: Json): Json {
  return {
    operationId: 'rentals.logs',
    tags: ['rentals'],
    summary: 'What the pod says, live; resume with Last-Event-ID',
    security: READABLE_BY_KEY,
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
    responses: {
      200: {
        description: 'Server-sent events, each datum a PodLog',
        content: { 'text/event-stream': { schema: schemaOf(podLogSchema, 'output', components) } },
      },
    },
  }
}

/** JSON Schema of one zod schema; named ones go to components and are referred to. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const {
    $defs,
    $schema: _,
    ...root
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as Json & { $defs?: Json }
  for (const [name, definition] of Object.entries($defs ?? {})) components[name] ??= relink(definition)
  const id = schema.meta()?.id
  if (typeof id !== 'string') return relink(root) as Json
  components[id] ??= relink(root)
  return { $ref: `#/components/schemas/${id}` }
}

function relink(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(relink)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node)
      .filter(
        ([key]) =>
          key !== 'id' ||
          typeof (node as Json)['id'] !== 'string' ||
          !('type' in node || 'anyOf' in node || 'oneOf' in node),
      )
      .map(([key, value]) => [
        key,
        key === '$ref' && typeof value === 'string'
          ? value.replace('#/$defs/', '#/components/schemas/')
          : relink(value),
      ]),
  )
}
