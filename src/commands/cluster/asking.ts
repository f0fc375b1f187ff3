import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'ASKING',
  since: '3.0.0',
  summary: 'Announces a request that was redirected here.',
  flags: 'fast',
  categories: '@connection',
  arity: 1,
})
