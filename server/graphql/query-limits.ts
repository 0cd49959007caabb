import { Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { asksForSchemaOnly } from './introspection.ts';
import { fault } from '../kernel/fault.ts';

/** Words and signs of a query. */
export const MAX_TOKENS = 2000;
const MAX_DEPTH = 12;
/** What tools ask to learn the types is 13 deep. */
const MAX_SCHEMA_DEPTH = 15;
/** With aliases, and with fragments as often as they are used. */
const MAX_FIELDS = 1000;

interface Size {
  readonly depth: number;
  readonly fields: number;
}

/**
 * Looks at a query's size before anything is made of it; fragments are counted once each, so that this is quick whatever
 * they hold.
 * @throws Fault 422 for a query that is too deep or too wide, 400 for fragments that hold themselves
 */
export function checkSize(document: DocumentNode): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const sizes = new Map<string, Size | undefined>();

  function sizeOfFragment(name: string): Size {
    const known = sizes.get(name);
    if (known !== undefined) return known;
    if (sizes.has(name)) throw fault('graphql.endless', 400, 'invalid', `The fragment ${name} holds itself.`);
    sizes.set(name, undefined);
    const fragment = fragments.get(name);
    const size = fragment === undefined ? { depth: 0, fields: 0 } : sizeOf(fragment.selectionSet);
    sizes.set(name, size);
    return size;
  }

  function sizeOf({ selections }: SelectionSetNode): Size {
    let depth = 0;
    let fields = 0;
    for (const selection of selections) {
      const inside =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? sizeOfFragment(selection.name.value)
          : selection.selectionSet === undefined
            ? { depth: 0, fields: 0 }
            : sizeOf(selection.selectionSet);
      const own = selection.kind === Kind.FIELD ? 1 : 0;
      depth = Math.max(depth, inside.depth + own);
      fields += inside.fields + own;
    }
    return { depth, fields };
  }

  let fields = 0;
  let depth = 0;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = sizeOf(definition.selectionSet);
    fields += size.fields;
    depth = Math.max(depth, size.depth);
  }
  const most = asksForSchemaOnly(document) ? MAX_SCHEMA_DEPTH : MAX_DEPTH;
  if (depth > most) throw tooCostly(`The query is ${depth} levels deep; at most ${most} are answered.`);
  if (fields > MAX_FIELDS) throw tooCostly(`The query has ${fields} fields; at most ${MAX_FIELDS} are answered.`);
}

function tooCostly(text: string): Error {
  return fault('graphql.tooLarge', 422, 'too-costly', text);
}
