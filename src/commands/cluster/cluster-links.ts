import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER LINKS',
  since: '7.0.0',
  summary: 'Lists the links to other nodes.',
  flags: 'stale',
  tips: ['nondeterministic_output'],
  arity: 2,
})
