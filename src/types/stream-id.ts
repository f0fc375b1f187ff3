export type StreamId = string
export const MIN_ID: StreamId = '\0'.repeat(16)
export const MAX_ID: StreamId = '\xff'.repeat(16)
export function makeId(_ms: number, _seq: number): StreamId { return MIN_ID }
export function parseId(_text: string, _missing: 0 | 'max'): StreamId | null { return null }
export function parseMilliseconds(_text: string): StreamId | null { return null }
export function formatId(_id: StreamId): string { return '' }
export function nextId(_id: StreamId): StreamId | null { return null }
export function previousId(_id: StreamId): StreamId | null { return null }
