import { E } from '../../resp/errors.ts'
import { flag, options, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'BGSAVE',
  group: 'server',
  since: '1.0.0',
  summary: 'Writes the dump file in the background, as the data is now.',
  complexity: 'O(1); the work is O(N), N being the number of keys',
  flags: 'admin noscript no_async_loading',
  args: [options({ schedule: since('3.2.2', flag('SCHEDULE')) })],
  reply: status('what was done'),
  history: [['3.2.2', 'Has SCHEDULE.']],
  run(c, { schedule }) {
    const what = c.server.persistence.saveInBackground(schedule)
    if (what === 'busy') throw E.saveInProgress
    if (what === 'snapshot') throw E.snapshotTaken
    c.reply.status(what === 'started' ? 'Background saving started' : 'Background saving scheduled')
  },
})
