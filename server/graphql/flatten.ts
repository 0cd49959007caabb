import {
  Kind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { fault } from '../kernel/fault.ts';

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;
type Value = unknown;
type Result = Readonly<Record<string, Value>>;

interface Entry {
  readonly value: Value;
  /** Whether it was declared to be one value, whatever is flattened around it. */
  readonly isSingleton: boolean;
}

const FORMS: ReadonlySet<string> = new Set(['flatten', 'first', 'singleton', 'slice']);
const INDEX = '$index';
/** Under which the value of a slice's path is asked for. */
const SLICE = 'athanor_slice';

/** Whether the query has directives that change the form of its answer. */
export function changesForm(document: DocumentNode): boolean {
  let isChanged = false;
  visit(document, {
    Directive({ name }) {
      isChanged ||= FORMS.has(name.value);
    },
  });
  return isChanged;
}

/**
 * The answer in the form that its directives ask for: @flatten, @first, @singleton, @slice.
 * https://hl7.org/fhir/R4/graphql.html#flattening
 * @throws Fault 422 when there is more than one of what was declared to be one
 */
export function flattened(selectionSet: SelectionSetNode, fragments: Fragments, data: Result): Result {
  return objectOf(entriesOf(selectionSet, fragments, data));
}

function objectOf(entries: ReadonlyMap<string, Entry>): Result {
  const object = Object.create(null) as Record<string, Value>;
  for (const [key, { value }] of entries) object[key] = value;
  return object;
}

function entriesOf(selectionSet: SelectionSetNode, fragments: Fragments, data: Result): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const field of fieldsOf(selectionSet, fragments)) {
    const key = field.alias?.value ?? field.name.value;
    if (!(key in data) || key === SLICE) continue;
    const all = data[key];
    const value = has(field, 'first') && Array.isArray(all) ? all.slice(0, 1) : all;
    if (field.selectionSet === undefined || value === null) {
      if (value !== null || !has(field, 'flatten')) add(entries, key, { value, isSingleton: has(field, 'singleton') });
    } else if (has(field, 'flatten')) {
      spread(entries, field, field.selectionSet, fragments, value);
    } else {
      const inner = field.selectionSet;
      const each = (item: Value): Value => (isResult(item) ? flattened(inner, fragments, item) : item);
      add(entries, key, {
        value: Array.isArray(value) ? value.map(each) : each(value),
        isSingleton: has(field, 'singleton'),
      });
    }
  }
  return entries;
}

/** The fields of a field in its place. */
function spread(
  entries: Map<string, Entry>,
  field: FieldNode,
  selectionSet: SelectionSetNode,
  fragments: Fragments,
  value: Value,
): void {
  const isList = Array.isArray(value);
  const items: readonly Value[] = isList ? value : [value];
  const slice = pathOf(field);
  const lists = new Map<string, { readonly values: Value[]; readonly isSingleton: boolean }>();
  items.forEach((item, index) => {
    if (!isResult(item)) return;
    const suffix = slice === undefined ? '' : `.${slice === INDEX ? index : String(item[SLICE] ?? '')}`;
    for (const [name, inner] of entriesOf(selectionSet, fragments, item)) {
      if (!isList && slice === undefined) {
        add(entries, name, inner);
        continue;
      }
      const list = lists.get(name + suffix) ?? { values: [], isSingleton: inner.isSingleton };
      const values: readonly Value[] = Array.isArray(inner.value) ? inner.value : [inner.value];
      list.values.push(...values.filter((each) => each !== null));
      lists.set(name + suffix, list);
    }
  });
  for (const [name, { values, isSingleton }] of lists) {
    if (values.length === 0) continue;
    if (isSingleton && values.length > 1) throw notOne(name);
    add(entries, name, { value: isSingleton ? values[0] : values, isSingleton });
  }
}

/** Values of one name from several places stand together. */
function add(entries: Map<string, Entry>, key: string, entry: Entry): void {
  const earlier = entries.get(key);
  if (earlier === undefined) {
    entries.set(key, entry);
    return;
  }
  if (entry.isSingleton) throw notOne(key);
  entries.set(key, { value: [earlier.value, entry.value].flat(), isSingleton: false });
}

/** Each once, those of fragments too. */
function fieldsOf(selectionSet: SelectionSetNode, fragments: Fragments): readonly FieldNode[] {
  const fields = new Map<string, FieldNode>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const earlier = fields.get(key);
        fields.set(key, earlier === undefined ? selection : together(earlier, selection));
      } else {
        const inside = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
        if (inside !== undefined) collect(inside.selectionSet);
      }
    }
  };
  collect(selectionSet);
  return [...fields.values()];
}

function together(first: FieldNode, second: FieldNode): FieldNode {
  if (first.selectionSet === undefined || second.selectionSet === undefined) return first;
  const selections = [...first.selectionSet.selections, ...second.selectionSet.selections];
  const directives = [...(first.directives ?? []), ...(second.directives ?? [])];
  return { ...first, directives, selectionSet: { ...first.selectionSet, selections } };
}

/** The query with what slices need to know of each item. */
export function withSlices(field: FieldNode): FieldNode | undefined {
  const path = pathOf(field);
  if (path === undefined || path === INDEX || field.selectionSet === undefined) return undefined;
  if (!/^[a-z][A-Za-z]*$/.test(path)) {
    const text = `The path of @slice must be $index or the name of an element, such as use.`;
    throw fault('graphql.badSlice', 400, 'not-supported', text);
  }
  const asked: FieldNode = {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: SLICE },
    name: { kind: Kind.NAME, value: path },
  };
  return { ...field, selectionSet: { ...field.selectionSet, selections: [...field.selectionSet.selections, asked] } };
}

function pathOf(field: FieldNode): string | undefined {
  const value = directive(field, 'slice')?.arguments?.find(({ name }) => name.value === 'path')?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function has(field: FieldNode, name: string): boolean {
  return directive(field, name) !== undefined;
}

function directive({ directives = [] }: FieldNode, wanted: string): DirectiveNode | undefined {
  return directives.find(({ name }) => name.value === wanted);
}

function isResult(value: Value): value is Result {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

function notOne(name: string): Error {
  const text = `There is more than one value of ${name}, which @singleton declares to be one.`;
  return fault('graphql.notSingle', 422, 'multiple-matches', text);
}
