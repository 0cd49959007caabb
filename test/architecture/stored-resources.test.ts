import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { productSources, ROOT } from './source-files.ts';

/** Who looks at stored resources: a path that forgets to ask what its caller may see must not be written by accident. */
const TABLES = /\b(?:from|join|into|update|table)\s+(?:resource|history|ix_[a-z]+)\b/i;
const READS = /\b(?:from|join)\s+(?:resource|history)\b/i;

/** Outside of server/storage: where SQL over resources is made, and why that is no way past access. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'server/bulk/export-rows.ts': 'a page of an export, under the conditions of selection.ts',
  'server/bulk/selection.ts': 'which rows are exported: what the starter may read and search, by type',
  'server/bulk/cohort.ts': 'patients of an export, under what the starter may read and search',
  'server/bulk/deleted.ts': 'deletions: the last version of each is asked in memory',
  'server/bulk/export-audit.ts': 'which patients an export was about, for the audit trail',
  'server/bulk/delete-rows.ts': 'for administrators with a fresh second factor; the ordinary delete decides',
  'server/search/compile': 'compiles search trees, which narrow() has limited before',
  'server/access/consent/make-consent-rules.ts': "the server's own work: rules out of the Consents that are stored",
};

/** Functions of server/storage that look at resources without a condition, and why they may. */
const WITHOUT_CONDITION: Readonly<Record<string, string>> = {
  'canonicals.ts liveResources': 'definitions of the main tenant, which hold for everybody',
  'canonicals.ts readByPids': 'definitions of the main tenant, which hold for everybody',
  'read-by-type.ts readByType': 'definitions of the main tenant, which hold for everybody',
  'lock.ts readForWrite': 'a version that is about to be replaced: write/permission.ts decides in memory',
  'lock.ts readTombstones': 'tells that something was deleted: callers ask whether its last version was visible',
  'lock.ts referrers': 'referential integrity: restricted callers are told a number',
  'read.ts hasIdentity': 'whether an identity ever existed, asked after what was visible',
  'read.ts readDeleted': 'the last version of what was deleted: interactions/visible.ts decides in memory',
  'read.ts readVersion': 'one version: interactions/vread.ts decides in memory',
  'everything.ts everythingTypes': 'numbers of types, by which the conditions of readEverything are chosen',
  'history.ts lastVersions': 'versions: interactions/visible-history.ts decides in memory',
  'history.ts typeHistory': 'versions: interactions/visible-history.ts decides in memory',
  'search-slots.ts insertSlots': 'is told the types of which there are any',
  'search-slots.ts populatedTypes': 'whether there is any resource of a type, to number search slots',
  'history.ts instanceHistory': 'versions: interactions/visible-history.ts decides in memory',
  'update.ts updateResources': 'replaces versions that were read for it',
  'remove.ts removeResources': 'removes versions that were read for it',
  'expunge.ts expungeTargets': 'for administrators: mayCall',
  'expunge.ts liveIds': 'for administrators: mayCall',
  'expunge.ts deleteHistory': 'for administrators: mayCall',
  'reindex.ts startJobs': "the server's own work: index rows of search parameters",
  'reindex.ts nextBatch': "the server's own work: index rows of search parameters",
  'stored-batches.ts storedBatch': 'for the command line: validation of everything that is stored',
  'stored-batches.ts countStored': 'for the command line: validation of everything that is stored',
  'erasure.ts lockReferrers': 'erasure of a patient: for administrators with a fresh second factor',
  'erasure.ts scanVersions': 'erasure of a patient: for administrators with a fresh second factor',
  'erasure.ts purgeHistory': 'erasure of a patient: for administrators with a fresh second factor',
  'changes.ts readChanges':
    "the server's own work: what a subscriber may know is asked when an event is made and when it is delivered",
  'changes.ts decidingVersions': 'the version by which subscriptions/visible-event.ts decides in memory',
  'projection-source.ts liveBatch': "the server's own work: projections made from what is stored",
  'projection-source.ts changedSince': "the server's own work: projections made from what is stored",
  'protected-rows.ts isStoreEmpty': 'whether there are any resources at all',
  'protected-rows.ts liveBodies': "the server's own work: rotation of keys",
  'protected-rows.ts historyBodies': "the server's own work: rotation of keys",
};

const sources = productSources().map((path) => ({
  path,
  file: ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true),
}));

/** The texts of a program, without its comments. */
function literals(node: ts.Node, found: string[] = []): string[] {
  if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
    found.push(node.text);
  }
  node.forEachChild((child) => void literals(child, found));
  return found;
}

test('SQL over resources stands in server/storage and in listed places', () => {
  const others = sources.filter(({ path }) => !path.startsWith('server/storage/'));
  const made = others.filter(({ file }) => literals(file).some((text) => TABLES.test(text))).map(({ path }) => path);
  const known = Object.keys(ELSEWHERE);
  expect(made.filter((path) => !known.some((place) => path.startsWith(place)))).toEqual([]);
  expect(known.filter((place) => !made.some((path) => path.startsWith(place)))).toEqual([]);
});

interface Declared {
  readonly node: ts.Node;
  readonly isExported: boolean;
}

function declarations(file: ts.SourceFile): Map<string, Declared> {
  const found = new Map<string, Declared>();
  for (const statement of file.statements) {
    const isExported = ts.canHaveModifiers(statement)
      ? (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      : false;
    if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
      found.set(statement.name.text, { node: statement, isExported });
    } else if (ts.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (ts.isIdentifier(name) && initializer !== undefined)
          found.set(name.text, { node: initializer, isExported: false });
      }
    }
  }
  return found;
}

/** Names that a declaration uses, with those that the used ones use. */
function used(declared: ReadonlyMap<string, Declared>, name: string, names = new Set<string>()): Set<string> {
  if (names.has(name)) return names;
  names.add(name);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && declared.has(node.text)) used(declared, node.text, names);
    node.forEachChild(visit);
  };
  const own = declared.get(name);
  if (own !== undefined) visit(own.node);
  return names;
}

test('what reads resources asks which of them are allowed, or says why not', () => {
  const unasked: string[] = [];
  for (const { path, file } of sources) {
    if (!/^server\/storage\/[^/]+$/.test(path)) continue;
    const declared = declarations(file);
    for (const [name, { isExported }] of declared) {
      if (!isExported) continue;
      const nodes = [...used(declared, name)].flatMap((each) => declared.get(each)?.node ?? []);
      const texts = nodes.flatMap((node) => literals(node));
      if (!texts.some((text) => READS.test(text))) continue;
      if (nodes.some((node) => /\ballowed\b/.test(node.getText(file)))) continue;
      unasked.push(`${path.replace('server/storage/', '')} ${name}`);
    }
  }
  expect(unasked.sort()).toEqual(Object.keys(WITHOUT_CONDITION).sort());
});
