/** Function libraries in the form of FUNCTION DUMP. */
import { E } from '../resp/errors.ts'
import { Crc64 } from '../util/crc64.ts'
import { Encoder } from './encode.ts'
import { Opcode, RdbFormatError, WRITTEN_VERSION } from './format.ts'
import { checkDumpFooter, FOOTER_BYTES } from './parser.ts'
import { Reader } from './reader.ts'

/** The payload for the sources of libraries. */
export function dumpFunctions(sources: readonly string[]): string {
  const encoder = new Encoder(true, 256)
  for (const source of sources) {
    encoder.byte(Opcode.function2)
    encoder.string(source)
  }
  encoder.byte(WRITTEN_VERSION)
  encoder.byte(0)
  const body = encoder.take()
  const crc = new Crc64()
  crc.update(body)
  const sum = Buffer.alloc(8)
  crc.writeTo(sum, 0)
  return body.latin1Slice(0, body.length) + sum.latin1Slice(0, 8)
}

/** The sources in a payload. Throws a ReplyError. */
export function restoredFunctions(payload: string): string[] {
  const buffer = Buffer.from(payload, 'latin1')
  if (!checkDumpFooter(buffer)) throw E.dumpPayload
  const reader = new Reader()
  reader.buffer = buffer
  reader.end = buffer.length - FOOTER_BYTES
  reader.final = true
  const sources: string[] = []
  try {
    while (reader.at < reader.end) {
      if (reader.byte() !== Opcode.function2) throw E.functionPayloadType
      sources.push(reader.string())
    }
  } catch (error) {
    if (error instanceof RdbFormatError) throw E.functionPayload
    throw error
  }
  return sources
}
