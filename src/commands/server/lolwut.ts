import { REDIS_VERSION } from '../../server/version.ts'
import { anyNumberOf, bytes, int, likened, named, options } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { parseInteger } from '../../util/numbers.ts'
import type { Random } from '../../util/random.ts'

const COLUMNS = 66
const ROWS = 22
const MOST_COLUMNS = 500
const MOST_ROWS = 200
/** Elementary cellular automata worth looking at. */
const RULES = [18, 22, 30, 45, 54, 60, 73, 90, 105, 110, 126, 129, 135, 146, 150, 182]

export default command({
  name: 'LOLWUT',
  group: 'server',
  since: '5.0.0',
  summary: 'Draws a picture, each time another one: what grows from a few cells by a simple rule.',
  complexity: 'O(N), N being the size of the picture',
  flags: 'readonly fast',
  args: [options({ version: named('VERSION', int('version')) }), likened(anyNumberOf(bytes('number')))],
  reply: bulk('a picture in characters, and the version'),
  run(c, _options, numbers) {
    const [rule, columns, rows] = numbers.map(parseInteger)
    c.reply.verbatim('txt', picture(c.random, rule, columns, rows))
  },
})

/** What is missing, or no number, is left to chance or to the usual size. */
function picture(random: Random, rule = Number.NaN, columns = Number.NaN, rows = Number.NaN): string {
  const number = between(0, rule, 255) ?? RULES[random.int(RULES.length)]
  const width = between(1, columns, MOST_COLUMNS) ?? COLUMNS
  const height = between(1, rows, MOST_ROWS) ?? ROWS
  let cells: number[] = new Array(width).fill(0)
  for (let seeds = 1 + random.int(3); seeds > 0; seeds--) cells[random.int(width)] = 1
  let text = ''
  // A character stands for two generations, one above the other.
  for (let row = 0; row < height; row++) {
    const below = next(cells, number)
    text += `${cells
      .map((cell, i) => " '.:"[cell + 2 * below[i]])
      .join('')
      .trimEnd()}\n`
    cells = next(below, number)
  }
  return `${text}\nRule ${number}, ${2 * height} generations. LOLWUT [VERSION n] [rule [columns [rows]]]\nRedis ver. ${REDIS_VERSION}\n`
}

/** The generation after: the rule's bits say what becomes of each cell with its two neighbours, in a ring. */
function next(cells: readonly number[], rule: number): number[] {
  const { length } = cells
  return cells.map((cell, i) => {
    const left = cells[(i + length - 1) % length]
    const right = cells[(i + 1) % length]
    return (rule >> (4 * left + 2 * cell + right)) & 1
  })
}

const between = (least: number, n: number, most: number) => (n === n ? Math.min(most, Math.max(least, n)) : null)
