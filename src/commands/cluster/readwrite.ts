import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'READWRITE',
  since: '3.0.0',
  summary: 'Ends what READONLY allowed.',
  flags: 'loading stale fast',
  categories: '@connection',
  arity: 1,
})
