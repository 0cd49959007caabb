import type { Statement } from './db.ts';

/**
 * A connection keeps every statement that it prepared, about 100 KB each, and clients decide which tables an update
 * touches: there are some ten thousand combinations, of which an ordinary load uses some dozen.
 */
const MAX_PREPARED = 500;

const texts = new Map<string, string>();

/** The statement of a shape: its SQL is put together once, and prepared as long as there are not too many shapes. */
export function shapedStatement(name: string, values: readonly unknown[], make: () => string): Statement {
  const known = texts.get(name);
  if (known !== undefined) return { name, text: known, values };
  const text = make();
  if (texts.size >= MAX_PREPARED) return { text, values };
  texts.set(name, text);
  return { name, text, values };
}
