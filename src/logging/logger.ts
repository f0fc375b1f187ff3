export interface Logger { debug(m: string): void; verbose(m: string): void; notice(m: string): void; warning(m: string): void }
export function createLogger(_c: unknown): Logger { const f = (m: string) => console.error(m); return { debug() {}, verbose() {}, notice: f, warning: f } }
