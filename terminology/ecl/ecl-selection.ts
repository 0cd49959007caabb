import type { Selection } from '../store/condition.ts';
import { compileEcl } from './compile-ecl.ts';
import { parseEcl } from './parse-ecl.ts';

/**
 * The concepts that an expression of ECL selects. An identifier that the release does not have selects nothing.
 * @throws Fault `terminology.ecl` 400
 */
export function eclSelection(expression: string): Selection {
  const tree = parseEcl(expression);
  return {
    codes: [...new Set(codesOf(tree))],
    condition: (scope) => compileEcl(scope, tree),
  };
}

function codesOf(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(codesOf);
  if (node === null || typeof node !== 'object') return [];
  const { kind, code, refset } = node as { kind?: unknown; code?: unknown; refset?: unknown };
  const own = kind === 'concept' && typeof code === 'string' ? [code] : typeof refset === 'string' ? [refset] : [];
  return [...own, ...Object.values(node).flatMap(codesOf)];
}
