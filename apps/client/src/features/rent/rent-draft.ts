import type { OfferView } from '@berth/contract/schemas/catalog'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { z } from 'zod'
import { useSession } from '../../shared/api/session-store.ts'
import { AGAIN_REASONS } from './again.ts'
import { DURATION_KINDS, emptyRentForm, fitForm, type RentForm } from './rent-form.ts'

/** For this tab, so that it outlives the pages of GitHub and Stripe. */
const STORED_AS = 'berth-rent-draft'

const formSchema: z.ZodType<RentForm> = z.object({
  sshKeyIds: z.array(z.string()),
  image: z.enum(['custom', 'local', 'pytorch', 'jupyter', 'cuda', 'vllm', 'ubuntu']),
  customImage: z.string(),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  ports: z.string(),
  disk: z.string(),
  duration: z.enum(DURATION_KINDS),
  hours: z.string(),
  budget: z.string(),
  failover: z.boolean(),
  failoverCap: z.string(),
  name: z.string(),
})
/** The pod that is rented again, and why on this offer. */
const againSchema = z.object({
  name: z.string(),
  offerId: z.string(),
  why: z.enum(AGAIN_REASONS),
  /** Names of the providers that could not start it. */
  failed: z.array(z.string()),
  /** What it cost, with so much disk. */
  priceMicrosPerHour: z.number(),
  diskGib: z.number(),
})
export type Again = z.infer<typeof againSchema>

const storedSchema = z.object({
  userId: z.string().nullable(),
  form: formSchema,
  /** Variables that had a value: values may be secrets and are never stored. */
  emptied: z.array(z.string()),
  again: againSchema.nullable().default(null),
})
type Stored = z.infer<typeof storedSchema>

export interface RestoredForm {
  form: RentForm
  /** Variables whose value must be entered again. */
  emptied: string[]
  again: Again | null
}

/**
 * What somebody filled in and has not rented yet: kept over signing in, paying, another offer and a closed panel, for
 * the person who entered it, or for whoever signs in where nobody was signed in.
 */
export const useRentDraft = defineStore('rent-draft', () => {
  const session = useSession()
  const inMemory = shallowRef<Stored | null>(null)

  function keep(form: RentForm, { provider }: Pick<OfferView, 'provider'>): void {
    const kept = inMemory.value ?? read()
    const again = kept?.again ?? null
    if (again === null && !isTouched(form, provider)) return clear()
    store(form, { emptied: stillEmpty(kept?.emptied ?? [], form), again })
  }

  /** In place of whatever was filled in: the form of a pod that is rented again, whose values are known to nobody. */
  function begin(form: RentForm, again: Again): void {
    store(form, { emptied: form.env.map(({ name }) => name), again })
  }

  function store(form: RentForm, of: Pick<Stored, 'emptied' | 'again'>): void {
    inMemory.value = { userId: session.user?.id ?? null, form: copyOf(form), ...of }
    sessionStorage.setItem(STORED_AS, JSON.stringify(withoutValues(inMemory.value)))
  }

  function restore(offer: Pick<OfferView, 'provider' | 'disk' | 'priceMicrosPerHour'>): RestoredForm | null {
    const kept = inMemory.value ?? read()
    if (kept === null || (kept.userId !== null && kept.userId !== session.user?.id)) return null
    return { form: fitForm(copyOf(kept.form), offer), emptied: kept.emptied, again: kept.again }
  }

  function clear(): void {
    inMemory.value = null
    sessionStorage.removeItem(STORED_AS)
  }

  return { keep, begin, restore, clear }
})

/** Of the variables whose value was lost, those that have none yet. */
export const stillEmpty = (emptied: readonly string[], form: Pick<RentForm, 'env'>): string[] =>
  emptied.filter((name) => form.env.some((row) => row.name === name && row.value === ''))

/** Whether anything but the keys, which are chosen by themselves, differs from the form as it opens. */
const isTouched = (form: RentForm, provider: string): boolean =>
  JSON.stringify({ ...form, sshKeyIds: [] }) !== JSON.stringify(emptyRentForm(provider))

const copyOf = (form: RentForm): RentForm => ({
  ...form,
  sshKeyIds: [...form.sshKeyIds],
  env: form.env.map((row) => ({ ...row })),
})

function withoutValues(kept: Stored): Stored {
  const { form } = kept
  const emptied = [
    ...kept.emptied,
    ...form.env.filter(({ name, value }) => name !== '' && value !== '').map(({ name }) => name),
  ]
  return { ...kept, emptied, form: { ...form, env: form.env.map(({ name }) => ({ name, value: '' })) } }
}

/** What an older version of this page stored, or somebody's hand wrote, is no draft. */
function read(): Stored | null {
  try {
    return storedSchema.safeParse(JSON.parse(sessionStorage.getItem(STORED_AS) ?? 'null')).data ?? null
  } catch {
    return null
  }
}
