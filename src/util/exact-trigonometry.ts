/**
 * Sine, cosine and arc sine rounded to the nearest double, which the engine's own are not always. C libraries come so
 * near to that that numbers computed from these have the same last digit as theirs nearly always.
 *
 * Reckons in pairs of doubles, `high + low`, of about 106 bits, some forty times slower than the engine does. The last
 * result stands in the two variables below, so that no pairs are allocated; nothing here nests.
 */
let high = 0
let low = 0

/** a + b, exactly, for any two. */
function addExactly(a: number, b: number): void {
  const sum = a + b
  const part = sum - a
  low = a - (sum - part) + (b - part)
  high = sum
}

const SPLITTER = 2 ** 27 + 1

/** a * b, exactly, while it neither overflows nor loses bits below the smallest double. */
function multiplyExactly(a: number, b: number): void {
  const product = a * b
  let t = SPLITTER * a
  const aHigh = t - (t - a)
  const aLow = a - aHigh
  t = SPLITTER * b
  const bHigh = t - (t - b)
  const bLow = b - bHigh
  low = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)
  high = product
}

function addPairs(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  addExactly(aHigh, bHigh)
  const sum = high
  const rest = low
  addExactly(aLow, bLow)
  const restLow = low
  addExactly(sum, rest + high)
  addExactly(high, low + restLow)
}

function multiplyPairs(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  multiplyExactly(aHigh, bHigh)
  addExactly(high, low + (aHigh * bLow + aLow * bHigh))
}

/** pi / 2 in three parts. */
const QUARTER_TURN = [1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33] as const

/** 1/n! as pairs, alternating in sign: of the odd n for the sine, of the even for the cosine. */
const SINE_TERMS = inverseFactorials(1)
const COSINE_TERMS = inverseFactorials(0)

function inverseFactorials(first: number): readonly { high: number; low: number }[] {
  const terms: { high: number; low: number }[] = []
  const scale = 2n ** 220n
  let factorial = 1n
  for (let n = 1; n < 30; n++) {
    if ((n - 1) % 2 === first) {
      const whole = scale / factorial
      const leading = Number(whole)
      const sign = terms.length % 2 === 0 ? 1 : -1
      terms.push({ high: (sign * leading) / 2 ** 220, low: (sign * Number(whole - BigInt(leading))) / 2 ** 220 })
    }
    factorial *= BigInt(n)
  }
  return terms
}

/** The sum of terms * square ** i, for a pair `square`. */
function series(terms: readonly { high: number; low: number }[], squareHigh: number, squareLow: number): void {
  high = 0
  low = 0
  for (let i = terms.length - 1; i >= 0; i--) {
    multiplyPairs(high, low, squareHigh, squareLow)
    addPairs(high, low, terms[i].high, terms[i].low)
  }
}

/** Leaves the sine of x turned on by `quarters` quarter turns. */
function turned(x: number, quarters: number): void {
  const turns = Math.round(x / QUARTER_TURN[0])
  // Products with 0, 1 and 2 are exact.
  addExactly(x, -turns * QUARTER_TURN[0])
  addPairs(high, low, -turns * QUARTER_TURN[1], -turns * QUARTER_TURN[2])
  const angleHigh = high
  const angleLow = low
  multiplyPairs(angleHigh, angleLow, angleHigh, angleLow)
  const quadrant = (turns + quarters) & 3
  if ((quadrant & 1) === 1) series(COSINE_TERMS, high, low)
  else {
    series(SINE_TERMS, high, low)
    multiplyPairs(high, low, angleHigh, angleLow)
  }
  if (quadrant >= 2) {
    high = -high
    low = -low
  }
}

/** For |x| up to half a turn. */
export function exactSine(x: number): number {
  if (x === 0) return x
  turned(x, 0)
  return high
}

/** For |x| up to half a turn. */
export function exactCosine(x: number): number {
  turned(x, 1)
  return high
}

/** For -1 <= x <= 1. */
export function exactArcSine(x: number): number {
  if (x === 0) return x
  const near = Math.asin(x)
  turned(near, 0)
  const sineHigh = high
  const sineLow = low
  addPairs(x, 0, -sineHigh, -sineLow)
  const missing = high
  // One step of Newton's method; at the very ends there is nothing left to correct.
  const slope = Math.cos(near)
  return Math.abs(x) === 1 ? near : near + missing / slope
}
