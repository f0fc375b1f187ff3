/** PFSELFTEST: what can be checked of HyperLogLogs without knowing anything of the outside. */
import type { Random } from '../util/random.ts'
import { Bytes } from './bytes.ts'
import {
  addElements,
  cardinality,
  denseRegister,
  EMPTY,
  encodingOf,
  REGISTERS,
  raiseRegisters,
  SPARSE,
  toDense,
} from './hyperloglog.ts'

const ROUNDS = 20
const ELEMENTS = 1_000_000
/** Mean error of an estimate, relative. */
const ERROR = 1.04 / Math.sqrt(REGISTERS)

/** What failed, or null. Takes some hundred milliseconds. */
export function testHyperLogLog(random: Random, sparseMaxBytes: number): string | null {
  return testRegisters(random) ?? testEstimates(random, sparseMaxBytes)
}

/** Each register keeps what it was given, whatever its neighbours get. */
function testRegisters(random: Random): string | null {
  for (let round = 0; round < ROUNDS; round++) {
    const given = Uint8Array.from({ length: REGISTERS }, () => random.int(64))
    const hll = Bytes.from(EMPTY)
    toDense(hll)
    raiseRegisters(hll, given, 0)
    for (let i = 0; i < REGISTERS; i++) {
      const kept = denseRegister(hll, i)
      if (kept !== given[i]) return `Register ${i} should be ${given[i]} but is ${kept}`
    }
  }
  return null
}

/** Sparse and dense agree, and are as near to the truth as they should be, at every power of ten. */
function testEstimates(random: Random, sparseMaxBytes: number): string | null {
  const prefix = random.hex(8)
  const sparse = Bytes.from(EMPTY)
  const dense = Bytes.from(EMPTY)
  toDense(dense)
  for (let n = 1, checkpoint = 1; n <= ELEMENTS; n++) {
    const element = [prefix + n]
    addElements(sparse, element, sparseMaxBytes)
    addElements(dense, element, sparseMaxBytes)
    if (n !== checkpoint) continue
    if (n < sparseMaxBytes / 2 && encodingOf(sparse) !== SPARSE) return 'sparse encoding not used'
    const estimate = Number(cardinality(dense.buffer()))
    if (Number(cardinality(sparse.buffer())) !== estimate) return 'dense/sparse disagree'
    // Six times the mean error is as good as never exceeded; among ten elements one collision is enough.
    const allowed = n === 10 ? 1 : Math.ceil(ERROR * 6 * n)
    const error = Math.abs(n - estimate)
    if (error > allowed) return `Too big error. card:${n} abserr:${error}`
    checkpoint *= 10
  }
  return null
}
