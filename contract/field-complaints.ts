/** What can be wrong with one field, by name, for clients to word; `limit` is the figure it stands against. Zod-free. */
export const FIELD_COMPLAINTS = [
  'required',
  'wrong_type',
  'format',
  'choice',
  'too_short',
  'too_long',
  'too_small',
  'too_big',
  'too_few',
  'too_many',
  'repeated',
  'reserved',
  'taken',
  'ends_before_start',
  'charge_below_threshold',
  'cap_below_charge',
  'private_key',
  'other_key_format',
  'key_certificate',
  'key_lines',
  'key_damaged',
  'key_options',
  'key_type',
  'key_mismatch',
  'dsa_key',
  'rsa_key_bits',
  'url_scheme',
  'url_login',
  'url_fragment',
  'url_private',
] as const
export type FieldComplaint = (typeof FIELD_COMPLAINTS)[number]

export interface FieldError {
  /** JSON pointer into the body, or the name of the parameter. */
  pointer: string
  /** In English. */
  detail: string
  /** The same by name; absent where it is so rare that it has none. */
  code?: FieldComplaint
  /** In the unit of the field: characters, items, micro-dollars. */
  limit?: number
}

/** The second argument of zod's `refine`: the sentence, and its name for clients that word it themselves. */
export const complaint = (code: FieldComplaint, message: string, limit?: number) => ({
  message,
  params: { complaint: code, limit },
})
