import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER SLOTS',
  since: '3.0.0',
  summary: 'Maps hash slots to nodes.',
  flags: 'stale',
  tips: ['nondeterministic_output'],
  deprecatedSince: '7.0.0',
  replacedBy: '`CLUSTER SHARDS`',
  history: [
    ['4.0.0', 'Shows the ids of nodes.'],
    ['7.0.0', 'Shows further addresses.'],
  ],
  arity: 2,
})
