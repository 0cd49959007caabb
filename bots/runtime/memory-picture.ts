/** What a memory held when the picture was taken. */
export interface MemoryPicture {
  /** Puts it back, where there was anything. */
  restore(): void;
}

const PAGE = 4096;
const EMPTY = new Uint8Array(PAGE);
/** Pages without content in a row that are left out: the stack is such a stretch, of which nothing outlives a call. */
const LONG = (1024 * 1024) / PAGE;

interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * Of a memory of WebAssembly between two calls, whose allocator has what it knows in the memory itself. What lies behind
 * the last page with content is free for the allocator and stays as it is: to a program it is not there.
 */
export function memoryPicture(memory: ArrayBuffer): MemoryPicture {
  const bytes = new Uint8Array(memory);
  const pieces: Piece[] = [];
  let first: number | undefined;
  let last = 0;
  const add = (): void => {
    if (first !== undefined) pieces.push({ at: first * PAGE, bytes: bytes.slice(first * PAGE, (last + 1) * PAGE) });
  };
  for (let page = 0; page < bytes.length / PAGE; page += 1) {
    if (Buffer.compare(bytes.subarray(page * PAGE, (page + 1) * PAGE), EMPTY) === 0) continue;
    if (first === undefined || page - last > LONG) {
      add();
      first = page;
    }
    last = page;
  }
  add();
  return {
    restore() {
      for (const piece of pieces) bytes.set(piece.bytes, piece.at);
    },
  };
}
