/** A statement with its values, in the shape that storage/db.ts runs. */
export interface SearchStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name?: string;
}

/** A shape that comes this often is prepared: its plan is then made once per connection instead of once per search. */
const HOT = 8;
/** A connection keeps what it prepared for as long as it lives, so there is a limit to how many shapes are. */
const MAX_NAMED = 300;
const MAX_COUNTED = 5000;
const MAX_LENGTH = 6000;

const uses = new Map<string, number>();
const names = new Map<string, string>();

/** Names a statement when its text has often been seen; equal texts have equal names. */
export function named(text: string, values: readonly unknown[]): SearchStatement {
  const name = names.get(text);
  if (name !== undefined) return { text, values, name };
  if (names.size < MAX_NAMED && text.length <= MAX_LENGTH) {
    const count = (uses.get(text) ?? 0) + 1;
    if (count < HOT) {
      if (uses.size >= MAX_COUNTED) uses.clear();
      uses.set(text, count);
    } else {
      uses.delete(text);
      names.set(text, `search_${names.size}`);
    }
  }
  return { text, values };
}
