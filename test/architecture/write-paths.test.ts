import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { productSources, ROOT } from './source-files.ts';

/** Every statement that writes resources is followed by modules' projections and looked at by their rules. */
const WRITERS: ReadonlySet<string> = new Set(['insertResources', 'updateResources', 'removeResources']);

/** Functions that write, with what they call besides. */
const FOLLOWED: Readonly<Record<string, readonly string[]>> = {
  'server/fhir/interactions/create.ts insertNew': ['ruled', 'followWrites'],
  'server/fhir/write/put.ts putLocked': ['ruled', 'followWrites'],
  'server/fhir/write/put.ts replace': ['ruled', 'followWrites'],
  // Entries are ruled where they are prepared.
  'server/fhir/bundle/execute.ts insertAll': ['writesOf'],
  'server/fhir/bundle/execute.ts updateAll': ['writesOf'],
  'server/fhir/bundle/execute.ts execute': ['ruleStep', 'followBundle'],
  'server/fhir/bundle/execute.ts planPuts': ['ruleStep'],
  'server/fhir/write/remove-live.ts removeLive': ['followWrites'],
  // No rule stands against the erasure of a patient.
  'server/fhir/operations/erase/purge.ts purgeLive': ['followWrites'],
  'server/fhir/operations/erase/purge.ts writeChanged': ['followWrites'],
};

/** What replaces texts that are stored, without changing what they say. */
const SAME_CONTENT: readonly string[] = [
  // Of superseded versions only, of which no projection knows.
  'server/fhir/operations/erase/purge.ts replaceVersion',
  // The same text, encrypted by another key.
  'server/protection/',
];

/** Who opens transactions for requests; whoever else did would commit without a last look of the rules. */
const TRANSACTIONS: readonly string[] = [
  'server/fhir/operations/erase.ts erase',
  'server/fhir/write/in-transaction.ts inTransaction',
];

interface Calls {
  /** `file function`. */
  readonly place: string;
  readonly names: ReadonlySet<string>;
  readonly text: string;
}

function callsIn(path: string): Calls[] {
  const file = ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true);
  return file.statements.filter(ts.isFunctionDeclaration).map((declared) => {
    const names = new Set<string>();
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) names.add(node.expression.text);
      node.forEachChild(visit);
    };
    visit(declared);
    return { place: `${path} ${declared.name?.text ?? ''}`, names, text: declared.getText(file) };
  });
}

const functions = productSources()
  .filter((path) => path.startsWith('server/'))
  .flatMap(callsIn);

test('who writes resources is listed', () => {
  const writing = functions.filter(({ names }) => [...names].some((name) => WRITERS.has(name)));
  expect(writing.map(({ place }) => place).filter((place) => FOLLOWED[place] === undefined)).toEqual([]);
  const unlisted = productSources().filter((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return [...WRITERS].some((name) => text.includes(`${name}(`)) && !path.startsWith('server/storage/');
  });
  const files = new Set(Object.keys(FOLLOWED).map((place) => place.split(' ')[0]));
  expect(unlisted.filter((path) => !files.has(path))).toEqual([]);
});

test.each(Object.entries(FOLLOWED))('%s calls %j', (place, wanted) => {
  const found = functions.find((each) => each.place === place);
  expect(wanted.filter((name) => found?.names.has(name) !== true)).toEqual([]);
});

test('texts of stored resources are replaced by nobody else', () => {
  const replacing = functions.filter(({ names }) => names.has('replaceBodies')).map(({ place }) => place);
  expect(replacing.filter((place) => !SAME_CONTENT.some((known) => place.startsWith(known)))).toEqual([]);
});

test('transactions of requests are opened where rules have their last look', () => {
  const opening = functions.filter(({ text }) => /inTransaction: true/.test(text)).map(({ place }) => place);
  expect(opening.sort()).toEqual(TRANSACTIONS);
});
