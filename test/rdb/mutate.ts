/** Spoils bytes the way disks, cables and attackers do: bits, bytes, holes, repetitions, foreign parts, wild lengths. */
import type { Random } from '../../src/util/random.ts'

const TELLING_BYTES = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xc0, 0xc2, 0xc3, 0xf0, 0xf4, 0xfa, 0xfe, 0xff]
const LENGTH_HEADS = [0x80, 0x81]
const LZF_HEAD = 0xc3

/** A spoilt copy, never empty. `others`: what foreign parts are taken from. */
export function mutate(content: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  let bytes: Buffer = Buffer.from(content)
  for (let times = 1 + random.int(4); times > 0; times--) {
    const at = random.int(bytes.length)
    const reach = Math.min(bytes.length - at, 1 << random.int(8))
    const cutTo = at + random.int(reach + 1)
    switch (random.int(10)) {
      case 0:
        bytes[at] = random.int(256)
        break
      case 1:
        bytes[at] ^= 1 << random.int(8)
        break
      case 2:
        bytes[at] += random.int(2) === 0 ? 1 : -1
        break
      case 3:
        bytes[at] = TELLING_BYTES[random.int(TELLING_BYTES.length)]
        break
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(cutTo)])
        break
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, cutTo), bytes.subarray(at)])
        break
      case 6: {
        // A length of up to 64 bits in the place of whatever was there; often where lies cost most, in a compressed string.
        const compressed = random.int(2) === 0 ? bytes.indexOf(LZF_HEAD, at) : -1
        const where = compressed < 0 ? at : compressed + 1 + random.int(3)
        const length = Buffer.alloc(9)
        length[0] = LENGTH_HEADS[random.int(2)]
        length.writeBigUInt64BE(2n ** BigInt(random.int(64)) - BigInt(random.int(2)), 1)
        const size = length[0] === 0x80 ? 5 : 9
        if (size === 5) length.writeUInt32BE(2 ** (8 + random.int(24)) - random.int(2), 1)
        bytes = Buffer.concat([
          bytes.subarray(0, where),
          length.subarray(0, size),
          bytes.subarray(where + random.int(3)),
        ])
        break
      }
      case 7: {
        const to = Math.min(bytes.length, at + 1 + random.int(8))
        for (let i = at; i < to; i++) bytes[i] = random.int(256)
        break
      }
      case 8: {
        const other = others[random.int(others.length)]
        const from = random.int(other.length)
        const part = other.subarray(from, from + 1 + random.int(64))
        bytes = Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(cutTo)])
        break
      }
      default:
        // Cut off, as a crash or a full disk does.
        if (random.int(3) === 0) bytes = Buffer.from(bytes.subarray(0, Math.max(1, at)))
        else bytes[at] ^= 0xff
    }
    if (bytes.length === 0) bytes = Buffer.of(random.int(256))
  }
  return bytes
}
