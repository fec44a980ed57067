const LONGEST_WORDS = 500
const SHORTEST_SECRET = 6

/** Removes these secrets from words that go to a person, an error or a log, and cuts the words to a readable length. */
export function redact(words: string, secrets: readonly string[]): string {
  const clean = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .reduce((text, secret) => text.replaceAll(secret, '[redacted]'), words)
  return clean.length > LONGEST_WORDS ? `${clean.slice(0, LONGEST_WORDS)}…` : clean
}

/** The secret parts of request headers: every value, and the credential behind a scheme such as "Bearer". */
export function secretsOf(headers: Readonly<Record<string, string>>): string[] {
  return Object.values(headers).flatMap((value) => [value, value.replace(/^\w+\s+/, '')])
}
