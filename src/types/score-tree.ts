/**
 * Entries ordered by score, then by the bytes of the member, with their ranks.
 *
 * Leaves of up to 128 entries hang in branches of up to 128 leaves, which stand in one row; each level knows how many
 * entries it holds. Everything is found by one question, asked from the top down: how many entries come before a
 * bound? Packed rows instead of an object an entry keep it small and quick to walk.
 */
const LEAF = 128
const BRANCH = 128

interface Leaf {
  readonly members: string[]
  readonly scores: number[]
}

interface Branch {
  readonly leaves: Leaf[]
  count: number
}

/** Does an entry come before the bound that is looked for? True for a first stretch of the order, then false. */
export type Before = (score: number, member: string) => boolean

function newLeaf(members: string[] = [], scores: number[] = []): Leaf {
  return { members, scores }
}

function lastBefore(leaf: Leaf, before: Before): boolean {
  const i = leaf.members.length - 1
  return before(leaf.scores[i], leaf.members[i])
}

export class ScoreTree {
  private branches: Branch[] = []
  private total = 0

  get size(): number {
    return this.total
  }

  /** Fills an empty tree with entries already in order. */
  static fromSorted(members: readonly string[], scores: readonly number[]): ScoreTree {
    const tree = new ScoreTree()
    const step = LEAF / 2
    for (let i = 0; i < members.length; i += step * (BRANCH / 2)) {
      const branch: Branch = { leaves: [], count: 0 }
      for (let k = i; k < Math.min(members.length, i + step * (BRANCH / 2)); k += step) {
        const leaf = newLeaf(members.slice(k, k + step), scores.slice(k, k + step))
        branch.leaves.push(leaf)
        branch.count += leaf.members.length
      }
      tree.branches.push(branch)
    }
    tree.total = members.length
    return tree
  }

  // Where the last search ended.
  private branchAt = 0
  private leafAt = 0
  private entryAt = 0

  /** Finds the first entry that is not before the bound, and returns its rank. */
  private search(before: Before): number {
    const { branches } = this
    let rank = 0
    let b = 0
    for (; b < branches.length; b++) {
      const { leaves, count } = branches[b]
      if (!lastBefore(leaves[leaves.length - 1], before)) break
      rank += count
    }
    this.branchAt = b
    this.leafAt = 0
    this.entryAt = 0
    if (b === branches.length) return rank
    const { leaves } = branches[b]
    let l = 0
    while (lastBefore(leaves[l], before)) rank += leaves[l++].members.length
    const leaf = leaves[l]
    let low = 0
    let high = leaf.members.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (before(leaf.scores[middle], leaf.members[middle])) low = middle + 1
      else high = middle
    }
    this.leafAt = l
    this.entryAt = low
    return rank + low
  }

  /** How many entries come before the bound. */
  countBefore(before: Before): number {
    return this.search(before)
  }

  /** Adds an entry that is not there. */
  insert(score: number, member: string): void {
    this.total++
    if (this.branches.length === 0) {
      this.branches.push({ leaves: [newLeaf([member], [score])], count: 1 })
      return
    }
    this.search((s, m) => s < score || (s === score && m < member))
    if (this.branchAt === this.branches.length) {
      // Behind all others: it joins the last leaf.
      this.branchAt--
      this.leafAt = this.branches[this.branchAt].leaves.length - 1
      this.entryAt = this.branches[this.branchAt].leaves[this.leafAt].members.length
    }
    const branch = this.branches[this.branchAt]
    const leaf = branch.leaves[this.leafAt]
    leaf.members.splice(this.entryAt, 0, member)
    leaf.scores.splice(this.entryAt, 0, score)
    branch.count++
    if (leaf.members.length > LEAF) this.splitLeaf(branch, leaf)
  }

  private splitLeaf(branch: Branch, leaf: Leaf): void {
    // Entries mostly arrive in order: the last leaf is left nearly full instead of half empty.
    const isLast = this.branchAt === this.branches.length - 1 && this.leafAt === branch.leaves.length - 1
    const cut = isLast && this.entryAt === leaf.members.length - 1 ? leaf.members.length - 1 : leaf.members.length >> 1
    branch.leaves.splice(this.leafAt + 1, 0, newLeaf(leaf.members.splice(cut), leaf.scores.splice(cut)))
    if (branch.leaves.length <= BRANCH) return
    const leaves = branch.leaves.splice(isLast ? branch.leaves.length - 1 : branch.leaves.length >> 1)
    const count = leaves.reduce((n, l) => n + l.members.length, 0)
    branch.count -= count
    this.branches.splice(this.branchAt + 1, 0, { leaves, count })
  }

  /** Removes an entry that is there. */
  remove(score: number, member: string): void {
    this.search((s, m) => s < score || (s === score && m < member))
    this.removeHere(1)
  }

  /** Removes n entries from where the last search ended, all within one leaf. */
  private removeHere(n: number): void {
    const branch = this.branches[this.branchAt]
    const leaf = branch.leaves[this.leafAt]
    leaf.members.splice(this.entryAt, n)
    leaf.scores.splice(this.entryAt, n)
    branch.count -= n
    this.total -= n
    if (leaf.members.length > 0) return
    branch.leaves.splice(this.leafAt, 1)
    if (branch.leaves.length === 0) this.branches.splice(this.branchAt, 1)
  }

  /** Goes to an entry by rank. */
  private seek(rank: number): void {
    let left = rank
    let b = 0
    while (left >= this.branches[b].count) left -= this.branches[b++].count
    const { leaves } = this.branches[b]
    let l = 0
    while (left >= leaves[l].members.length) left -= leaves[l++].members.length
    this.branchAt = b
    this.leafAt = l
    this.entryAt = left
  }

  /** The entry of a rank, 0 <= rank < size. */
  at(rank: number): { member: string; score: number } {
    this.seek(rank)
    const leaf = this.branches[this.branchAt].leaves[this.leafAt]
    return { member: leaf.members[this.entryAt], score: leaf.scores[this.entryAt] }
  }

  /** Visits ranks start..stop, both included, forward or from stop back to start. */
  range(start: number, stop: number, reverse: boolean, visit: (member: string, score: number) => void): void {
    let left = stop - start + 1
    if (left <= 0) return
    this.seek(reverse ? stop : start)
    let b = this.branchAt
    let l = this.leafAt
    let i = this.entryAt
    while (left > 0) {
      const { members, scores } = this.branches[b].leaves[l]
      if (reverse) {
        for (; i >= 0 && left > 0; i--, left--) visit(members[i], scores[i])
        if (left === 0) return
        if (--l < 0) l = this.branches[--b].leaves.length - 1
        i = this.branches[b].leaves[l].members.length - 1
      } else {
        for (; i < members.length && left > 0; i++, left--) visit(members[i], scores[i])
        if (left === 0) return
        if (++l === this.branches[b].leaves.length) {
          b++
          l = 0
        }
        i = 0
      }
    }
  }

  /** Removes ranks start..stop, both included, telling of each member. */
  removeRange(start: number, stop: number, removed: (member: string) => void): void {
    let left = stop - start + 1
    while (left > 0) {
      this.seek(start)
      const leaf = this.branches[this.branchAt].leaves[this.leafAt]
      const n = Math.min(left, leaf.members.length - this.entryAt)
      for (let i = this.entryAt; i < this.entryAt + n; i++) removed(leaf.members[i])
      this.removeHere(n)
      left -= n
    }
  }

  copy(): ScoreTree {
    const tree = new ScoreTree()
    tree.branches = this.branches.map(({ leaves, count }) => ({
      leaves: leaves.map((leaf) => newLeaf(leaf.members.slice(), leaf.scores.slice())),
      count,
    }))
    tree.total = this.total
    return tree
  }
}
