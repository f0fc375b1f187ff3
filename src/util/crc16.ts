/** CRC-16/XMODEM, and the cluster slot of a key that is made of it. */

const TABLE = new Uint16Array(256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)
  TABLE[byte] = crc
}

export const SLOT_COUNT = 16384

/** The checksum of the latin1 characters s[from, to). */
export function crc16(s: string, from = 0, to = s.length): number {
  let crc = 0
  for (let i = from; i < to; i++) crc = ((crc << 8) & 0xff00) ^ TABLE[(crc >>> 8) ^ s.charCodeAt(i)]
  return crc
}

/** The hash slot of a key: of what stands between its first '{' and the next '}', unless that is nothing. */
export function keySlot(key: string): number {
  const open = key.indexOf('{')
  if (open >= 0) {
    const close = key.indexOf('}', open + 1)
    if (close > open + 1) return crc16(key, open + 1, close) & (SLOT_COUNT - 1)
  }
  return crc16(key) & (SLOT_COUNT - 1)
}
