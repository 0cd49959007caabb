import { cloneJson, isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { exactAt, insertAt, isEqualAt, removeAt, setAt, type ExactValue, type Place } from './json-place.ts';
import { hasMember, insertionIndex, parsePointer, placeOf } from './json-pointer.ts';
import { malformed, tooCostly, unfit } from './patch-faults.ts';
import { sizeBudget, spend, type SizeBudget } from './size-budget.ts';

const MAX_OPERATIONS = 10_000;
/** The document is a member of an object, so that its root is a place like any other. */
const ROOT = 'resource';

interface Work {
  readonly root: JsonObject;
  readonly budget: SizeBudget;
}

/** One operation as it was sent, and where in the patch. */
interface Operation {
  readonly sent: JsonObject;
  readonly place: string;
}

/**
 * Applies a JSON Patch to `resource`, which is changed. https://www.rfc-editor.org/rfc/rfc6902
 * @throws Fault 400 for a malformed patch, 422 when an operation does not fit
 */
export function applyJsonPatch(resource: JsonObject, patch: JsonValue | undefined): JsonObject {
  if (!Array.isArray(patch)) throw malformed('A JSON Patch is an array of operations.');
  if (patch.length > MAX_OPERATIONS) {
    throw tooCostly(400, `A patch may have ${MAX_OPERATIONS} operations; send the whole resource with PUT.`);
  }
  const work: Work = { root: { [ROOT]: resource }, budget: sizeBudget() };
  for (const [index, sent] of patch.entries()) {
    const place = `[${index}]`;
    if (!isObject(sent)) throw malformed('An operation is an object with "op" and "path".', place);
    run(work, { sent, place });
  }
  const patched = work.root[ROOT];
  if (!isObject(patched)) throw unfit('The patch leaves no resource.');
  return patched;
}

function run(work: Work, operation: Operation): void {
  const { op } = operation.sent;
  if (op === 'add') add(work, operation, copyAt(sentPlace(operation)));
  else if (op === 'remove') removeAt(existing(work, operation, 'path'));
  else if (op === 'replace') replace(work, operation);
  else if (op === 'move') move(work, operation);
  else if (op === 'copy') add(work, operation, copyAt(existing(work, operation, 'from')));
  else if (op === 'test') test(work, operation);
  else throw malformed('"op" must be add, remove, replace, move, copy or test.', `${operation.place}.op`);
}

function add(work: Work, operation: Operation, value: ExactValue): void {
  const tokens = pointer(operation, 'path');
  const { parent, key } = placeOf(work.root, tokens, operation.place);
  spend(work.budget, value.value, tokens.length - 1, operation.place);
  if (Array.isArray(parent)) insertAt(parent, insertionIndex(parent, key, operation.place), value);
  else setAt({ parent, key }, value);
}

function replace(work: Work, operation: Operation): void {
  const place = existing(work, operation, 'path');
  const value = copyAt(sentPlace(operation));
  spend(work.budget, value.value, pointer(operation, 'path').length - 1, operation.place);
  setAt(place, value);
}

function move(work: Work, operation: Operation): void {
  const from = pointer(operation, 'from');
  const to = pointer(operation, 'path');
  if (from.length < to.length && from.every((token, index) => token === to[index])) {
    throw unfit('An element cannot be moved into itself.', operation.place);
  }
  const place = existing(work, operation, 'from');
  const value = exactAt(place);
  // First: RFC 6902 §4.4 has `path` mean the document without what was taken out.
  removeAt(place);
  add(work, operation, value);
}

function test(work: Work, operation: Operation): void {
  if (!isEqualAt(existing(work, operation, 'path'), sentPlace(operation))) {
    throw unfit('The test failed: the resource has another value there.', operation.place);
  }
}

/** A pointer of an operation with the root's own token in front. */
function pointer({ sent, place }: Operation, name: 'path' | 'from'): readonly string[] {
  const text = sent[name];
  if (typeof text !== 'string') throw malformed(`The operation needs "${name}", a JSON Pointer.`, place);
  return [ROOT, ...parsePointer(text, `${place}.${name}`)];
}

/** Where a pointer leads to; something must be there. */
function existing({ root }: Work, operation: Operation, name: 'path' | 'from'): Place {
  const tokens = pointer(operation, name);
  const place = placeOf(root, tokens, operation.place);
  if (hasMember(place.parent, place.key)) return place;
  throw unfit(`The resource has nothing at "/${tokens.slice(1).join('/').slice(0, 200)}".`, operation.place);
}

function sentPlace({ sent, place }: Operation): Place {
  if (sent.value === undefined) throw malformed('The operation needs "value".', place);
  return { parent: sent, key: 'value' };
}

/** A copy, because later operations change what is in the resource, and the patch may be applied again. */
function copyAt(place: Place): ExactValue {
  const { value, digits } = exactAt(place);
  return { value: cloneJson(value), digits };
}
