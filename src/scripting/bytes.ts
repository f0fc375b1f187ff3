/** Numbers to bytes and back, bytes being the chars of a latin1 string. */

const view = new DataView(new ArrayBuffer(8))

/** The bytes of a double, or with `size` 4 of a single. */
export function floatBytes(value: number, size: 4 | 8, little: boolean): string {
  if (size === 4) view.setFloat32(0, value, little)
  else view.setFloat64(0, value, little)
  let text = ''
  for (let i = 0; i < size; i++) text += String.fromCharCode(view.getUint8(i))
  return text
}

export function readFloat(data: string, at: number, size: 4 | 8, little: boolean): number {
  for (let i = 0; i < size; i++) view.setUint8(i, data.charCodeAt(at + i))
  return size === 4 ? view.getFloat32(0, little) : view.getFloat64(0, little)
}

/** The low `size` bytes of a 64-bit integer; what is beyond eight bytes is zero. */
export function integerBytes(value: number | bigint, size: number, little: boolean): string {
  let text = ''
  if (typeof value === 'number' && size <= 6 && Number.isSafeInteger(value)) {
    let rest = value
    for (let i = 0; i < size; i++) {
      const byte = rest - Math.floor(rest / 256) * 256
      rest = Math.floor(rest / 256)
      text = little ? text + String.fromCharCode(byte) : String.fromCharCode(byte) + text
    }
    return text
  }
  let rest = BigInt.asUintN(64, BigInt(value))
  for (let i = 0; i < size; i++) {
    const byte = String.fromCharCode(Number(rest & 0xffn))
    text = little ? text + byte : byte + text
    rest >>= 8n
  }
  return text
}

/** An integer of `size` bytes, modulo 2 ** 64; rounded where a double cannot hold it. */
export function readInteger(data: string, at: number, size: number, little: boolean, signed: boolean): number {
  if (size <= 6) {
    let value = 0
    for (let i = 0; i < size; i++) value = value * 256 + data.charCodeAt(little ? at + size - 1 - i : at + i)
    return signed && value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value
  }
  let value = 0n
  for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(data.charCodeAt(little ? at + size - 1 - i : at + i))
  return Number(signed ? BigInt.asIntN(Math.min(size * 8, 64), value) : BigInt.asUintN(64, value))
}
