import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'READONLY',
  since: '3.0.0',
  summary: 'Lets this connection read from a replica of a cluster.',
  flags: 'loading stale fast',
  categories: '@connection',
  arity: 1,
})
