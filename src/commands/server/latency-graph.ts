import { E } from '../../resp/errors.ts'
import type { LatencyEvent, LatencySample } from '../../server/latency.ts'
import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { LATENCY_TIPS } from './shared-latency.ts'

const COLUMNS = 80
const ROWS = 4
/** What a row shows of a column that fills it by none, by a part, and wholly. */
const LEVELS = [' ', '.', 'o', '#']

export default command({
  name: 'LATENCY GRAPH',
  group: 'server',
  since: '2.8.13',
  summary: 'Draws the spikes of an event.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  tips: LATENCY_TIPS,
  args: [bytes('event')],
  reply: bulk('a drawing in characters'),
  run(c, name) {
    const event = c.server.latency.events.get(name)
    if (event === undefined) throw E.latencyNoSamples(name)
    c.reply.verbatim('txt', draw(name, event, Math.floor(c.now / 1000)))
  },
})

function draw(name: string, { samples, maxMs }: LatencyEvent, nowSeconds: number): string {
  const all = samples.map(({ ms }) => ms)
  const high = Math.max(...all)
  const low = Math.min(...all)
  let text = `${name} - high ${high} ms, low ${low} ms (all time high ${maxMs} ms)\n${'-'.repeat(COLUMNS)}\n`
  for (let at = 0; at < samples.length; at += COLUMNS) {
    const part = samples.slice(at, at + COLUMNS)
    text += `${bars(part, low, high)}\n${ages(part, nowSeconds)}\n`
  }
  return text
}

/** One column a spike, as high as it is long. */
function bars(samples: readonly LatencySample[], low: number, high: number): string {
  const full = ROWS * (LEVELS.length - 1)
  const heights = samples.map(({ ms }) =>
    high === low ? full : 1 + Math.round(((full - 1) * (ms - low)) / (high - low)),
  )
  const rows: string[] = []
  for (let row = ROWS - 1; row >= 0; row--) {
    const below = row * (LEVELS.length - 1)
    const level = (height: number) => LEVELS[Math.min(LEVELS.length - 1, Math.max(0, height - below))]
    rows.push(heights.map(level).join(''))
  }
  return rows.join('\n')
}

/** Under each column, from top to bottom, how long ago that was. */
function ages(samples: readonly LatencySample[], nowSeconds: number): string {
  const labels = samples.map(({ unixSeconds }) => age(nowSeconds - unixSeconds))
  const depth = Math.max(...labels.map((label) => label.length))
  const rows: string[] = []
  for (let row = 0; row < depth; row++) rows.push(labels.map((label) => label[row] ?? ' ').join(''))
  return `\n${rows.join('\n')}\n`
}

function age(seconds: number): string {
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86400)}d`
}
