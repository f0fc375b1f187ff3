/** Public methods of Node's Buffer that its type declarations leave out. They skip the look-up of an encoding by name. */
declare global {
  interface Buffer {
    /** Bytes from..to as a string, one char a byte. */
    latin1Slice(from?: number, to?: number): string
    /** Writes a string of chars up to 255, one byte each; returns how many were written. */
    latin1Write(text: string, offset?: number, length?: number): number
  }
}

export {}
