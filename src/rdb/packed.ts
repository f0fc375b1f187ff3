/** The packed rows that older and newer dumps hold: ziplists, zipmaps, intsets. Null when one is not sound. */

/** A ziplist: header (bytes, offset of the last entry, entries), entries (length of the one before, encoding, data), 0xFF. */
export function readZiplist(b: Buffer): string[] | null {
  if (b.length < 11 || b.readUInt32LE(0) !== b.length || b[b.length - 1] !== 0xff) return null
  const tail = b.readUInt32LE(4)
  const announced = b.readUInt16LE(8)
  const last = b.length - 1
  const entries: string[] = []
  let at = 10
  let previousSize = 0
  let lastEntryAt = 10
  while (at < last) {
    lastEntryAt = at
    const begin = at
    let previous = b[at++]
    if (previous === 254) {
      if (at + 4 > last) return null
      previous = b.readUInt32LE(at)
      at += 4
    } else if (previous === 255) return null
    if (previous !== previousSize || at >= last) return null
    const head = b[at++]
    let length = -1
    if (head >> 6 === 0) length = head & 0x3f
    else if (head >> 6 === 1) {
      if (at >= last) return null
      length = ((head & 0x3f) << 8) | b[at++]
    } else if (head === 0x80) {
      if (at + 4 > last) return null
      length = b.readUInt32BE(at)
      at += 4
    }
    if (length >= 0) {
      if (length > last - at) return null
      entries.push(b.latin1Slice(at, at + length))
      at += length
    } else {
      const size = head === 0xc0 ? 2 : head === 0xd0 ? 4 : head === 0xe0 ? 8 : head === 0xf0 ? 3 : head === 0xfe ? 1 : 0
      if (at + size > last) return null
      if (size === 8) entries.push(String(b.readBigInt64LE(at)))
      else if (size > 0) entries.push(String(b.readIntLE(at, size)))
      else if (head >= 0xf1 && head <= 0xfd) entries.push(String((head & 0x0f) - 1))
      else return null
      at += size
    }
    previousSize = at - begin
  }
  if (at !== last || (announced !== 0xffff && announced !== entries.length)) return null
  if (entries.length > 0 && tail !== lastEntryAt) return null
  return entries
}

/** A zipmap: number of pairs (254: unknown), then length, key, length, unused bytes, value ..., 0xFF. */
export function readZipmap(b: Buffer): string[] | null {
  if (b.length < 2 || b[b.length - 1] !== 0xff) return null
  const words: string[] = []
  const last = b.length - 1
  let at = 1
  const length = (): number => {
    if (at >= last) return -1
    const n = b[at++]
    if (n < 254) return n
    if (n !== 254 || at + 4 > last) return -1
    at += 4
    return b.readUInt32LE(at - 4)
  }
  while (at < last) {
    const keyLength = length()
    if (keyLength < 0 || keyLength > last - at) return null
    words.push(b.latin1Slice(at, at + keyLength))
    at += keyLength
    const valueLength = length()
    if (valueLength < 0 || at >= last) return null
    const unused = b[at++]
    if (valueLength + unused > last - at) return null
    words.push(b.latin1Slice(at, at + valueLength))
    at += valueLength + unused
  }
  if (b[0] < 254 && b[0] * 2 !== words.length) return null
  return words
}

/** An intset: width in bytes, count, integers in ascending order. */
export function readIntset(b: Buffer): string[] | null {
  if (b.length < 8) return null
  const width = b.readUInt32LE(0)
  const count = b.readUInt32LE(4)
  if ((width !== 2 && width !== 4 && width !== 8) || count === 0 || b.length !== 8 + width * count) return null
  const members: string[] = []
  let previous: bigint | number | null = null
  for (let i = 0; i < count; i++) {
    const at = 8 + i * width
    const n = width === 8 ? b.readBigInt64LE(at) : b.readIntLE(at, width)
    if (previous !== null && n <= previous) return null
    previous = n
    members.push(String(n))
  }
  return members
}
