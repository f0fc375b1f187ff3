import type { StreamId } from './stream-id.ts'
export interface Group { name: string; lastDeliveredId: StreamId; entriesRead: number; pel: any; consumers: Map<string, any> }
export class Stream {
  readonly kind = 'stream' as const
  length = 0
  nodeCount = 0
  lastId: StreamId = ''
  firstId: StreamId = ''
  newestId: StreamId = ''
  maxDeletedId: StreamId = ''
  entriesAdded = 0
  groups: Map<string, Group> | null = null
  append(_id: StreamId, _f: readonly string[], _l: unknown): void {}
  delete(_id: StreamId): boolean { return false }
  range(_s: StreamId, _e: StreamId, _o: { reverse: boolean; count: number }, _v: (id: StreamId, f: readonly string[]) => void): void {}
  trimByLength(_m: number, _o: unknown): number { return 0 }
  trimById(_m: StreamId, _o: unknown): number { return 0 }
  lag(_g: Group): number | null { return null }
  copy(): Stream { return this }
}
