/** JSON with micro-dollars (bigint) as integer numbers, exact up to nine billion dollars. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'bigint') return part
    const number = Number(part)
    if (!Number.isSafeInteger(number)) throw new RangeError(`${part} does not fit a JSON integer`)
    return number
  })
}
