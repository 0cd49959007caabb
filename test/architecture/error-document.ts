import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { moduleSources, ROOT, productSources } from './source-files.ts';

interface FaultUse {
  readonly code: string;
  readonly status: string;
  readonly type: string;
  readonly text: string;
}

/** server/docs/errors.md as Markdown: every fault that the sources throw. */
export function errorDocument(): string {
  const rows = new Map<string, { statuses: Set<string>; types: Set<string>; texts: Set<string> }>();
  for (const { code, status, type, text } of [
    ...productSources().flatMap(faultsOf),
    ...moduleSources().flatMap(faultsOf),
  ]) {
    let row = rows.get(code);
    if (row === undefined) rows.set(code, (row = { statuses: new Set(), types: new Set(), texts: new Set() }));
    row.statuses.add(status);
    row.types.add(type);
    row.texts.add(text);
  }
  const lines = [...rows.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { statuses, types, texts }]) => {
      const cells = [code, [...statuses].join(', '), [...types].join(', '), [...texts].join('<br>')];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    });
  return [
    '# Errors',
    '',
    'What a caller can act on, as answered in an OperationOutcome: the code is in `details.coding`, with the system',
    '`https://athanor.health/fhir/CodeSystem/fault`. Generated from the sources by `npm run docs`; do not edit.',
    '`…` stands for what depends on the request; an empty cell means that it is decided where the error is found.',
    '',
    '| Code | HTTP status | Issue type | Text |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

function faultsOf(file: string): FaultUse[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.ES2022, true);
  const found: FaultUse[] = [];
  const visit = (node: ts.Node): void => {
    if (isFault(node)) {
      const [code, status, type, text] = node.arguments ?? [];
      if (code !== undefined && ts.isStringLiteral(code)) {
        found.push({ code: code.text, status: shown(status), type: shown(type), text: shown(text) });
      }
    }
    if (ts.isCallExpression(node) && node.expression.getText() === 'defineFaults') found.push(...definedFaults(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Of `defineFaults('module', { name: { status, issue, text } })`. */
function definedFaults({ arguments: [module, definitions] }: ts.CallExpression): FaultUse[] {
  if (module === undefined || !ts.isStringLiteral(module)) return [];
  return propertiesOf(definitions).map(({ name, initializer }) => {
    const parts = new Map(propertiesOf(initializer).map((part) => [part.name.getText(), part.initializer]));
    const text = parts.get('text');
    return {
      code: `${module.text}.${name.getText()}`,
      status: shown(parts.get('status')),
      type: shown(parts.get('issue')),
      text: shown(text !== undefined && ts.isArrowFunction(text) && !ts.isBlock(text.body) ? text.body : text),
    };
  });
}

function propertiesOf(node: ts.Expression | undefined): readonly ts.PropertyAssignment[] {
  return node !== undefined && ts.isObjectLiteralExpression(node)
    ? node.properties.filter(ts.isPropertyAssignment)
    : [];
}

function isFault(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  if (ts.isCallExpression(node)) return node.expression.getText() === 'fault';
  return ts.isNewExpression(node) && node.expression.getText() === 'Fault';
}

/** A literal as its reader sees it; nothing for what only the program knows. */
function shown(node: ts.Expression | undefined): string {
  if (node === undefined) return '';
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  }
  if (ts.isBinaryExpression(node)) return shown(node.left) + shown(node.right);
  return '';
}
