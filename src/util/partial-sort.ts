/**
 * Sorts only as much of a row as is going to be looked at, by the quicksort of Bentley and McIlroy ("Engineering a Sort
 * Function", 1993) left early. It is not stable; where equal items end up is part of its promise, because servers of
 * the Redis family show that order in replies.
 */
export type Compare<T> = (a: T, b: T) => number

/** Below this many items insertion beats partitioning. */
const FEW = 7
/** Above this many, the pivot is a median of three medians. */
const MANY = 40

/** Afterwards items first..last (both included) are those that a whole sort would put there, in order. In place. */
export function partialSort<T>(items: T[], compare: Compare<T>, first: number, last: number): void {
  if (items.length > 1) sortRange(items, compare, 0, items.length, first, last)
}

function sortRange<T>(a: T[], compare: Compare<T>, from: number, to: number, first: number, last: number): void {
  for (;;) {
    const n = to - from
    if (n < FEW) return insertionSort(a, compare, from, to)
    swap(a, from, pivotOf(a, compare, from, n))
    const pivot = a[from]
    // from..equalLow and equalHigh..to hold items equal to the pivot; low and high walk towards each other between.
    let equalLow = from + 1
    let low = equalLow
    let high = to - 1
    let equalHigh = high
    for (;;) {
      for (; low <= high; low++) {
        const order = compare(a[low], pivot)
        if (order > 0) break
        if (order === 0) swap(a, equalLow++, low)
      }
      for (; low <= high; high--) {
        const order = compare(a[high], pivot)
        if (order < 0) break
        if (order === 0) swap(a, high, equalHigh--)
      }
      if (low > high) break
      swap(a, low++, high--)
    }
    const smaller = low - equalLow
    const greater = equalHigh - high
    // The equal items go from both ends to the middle.
    swapRuns(a, from, low - Math.min(equalLow - from, smaller), Math.min(equalLow - from, smaller))
    const tail = Math.min(greater, to - 1 - equalHigh)
    swapRuns(a, low, to - tail, tail)
    if (smaller > 1 && first < from + smaller && last >= from) {
      sortRange(a, compare, from, from + smaller, first, last)
    }
    if (greater <= 1 || first >= to || last < to - greater) return
    from = to - greater
  }
}

function insertionSort<T>(a: T[], compare: Compare<T>, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    for (let k = i; k > from && compare(a[k - 1], a[k]) > 0; k--) swap(a, k, k - 1)
  }
}

function pivotOf<T>(a: T[], compare: Compare<T>, from: number, n: number): number {
  let middle = from + (n >> 1)
  if (n === FEW) return middle
  let low = from
  let high = from + n - 1
  if (n > MANY) {
    const eighth = n >> 3
    low = median(a, compare, low, low + eighth, low + 2 * eighth)
    middle = median(a, compare, middle - eighth, middle, middle + eighth)
    high = median(a, compare, high - 2 * eighth, high - eighth, high)
  }
  return median(a, compare, low, middle, high)
}

/** Which of three places holds the median. */
function median<T>(a: T[], compare: Compare<T>, i: number, j: number, k: number): number {
  if (compare(a[i], a[j]) < 0) {
    if (compare(a[j], a[k]) < 0) return j
    return compare(a[i], a[k]) < 0 ? k : i
  }
  if (compare(a[j], a[k]) > 0) return j
  return compare(a[i], a[k]) < 0 ? i : k
}

function swap<T>(a: T[], i: number, k: number): void {
  const item = a[i]
  a[i] = a[k]
  a[k] = item
}

function swapRuns<T>(a: T[], i: number, k: number, n: number): void {
  for (let step = 0; step < n; step++) swap(a, i + step, k + step)
}
