import { fault } from '../../server/kernel/fault.ts';
import type { CodeSystem } from '../code-system.ts';
import type { Relation } from './closure-store.ts';

/**
 * Which of the new codes are above or below which of all codes.
 * @throws Fault 422 for codes that the system does not have
 */
export async function relationsOf(
  system: CodeSystem,
  held: readonly string[],
  fresh: readonly string[],
): Promise<readonly Relation[]> {
  const known = await system.find(fresh);
  const unknown = fresh.filter((code) => !known.has(code));
  if (unknown.length > 0) {
    const codes = unknown.slice(0, 10).join(', ').slice(0, 300);
    throw fault('closure.unknownCode', 422, 'code-invalid', `${system.url} has no ${codes}; nothing was added.`);
  }
  const all = [...held, ...fresh];
  const relations = new Map<string, Relation>();
  const add = (code: string, ancestor: string): void => {
    if (code !== ancestor) relations.set(JSON.stringify([code, ancestor]), { system: system.url, code, ancestor });
  };
  for (const code of fresh) {
    for (const below of await system.matching(all, [{ property: 'concept', op: 'is-a', value: code }]))
      add(below, code);
    for (const above of await system.matching(all, [{ property: 'concept', op: 'generalizes', value: code }])) {
      add(code, above);
    }
  }
  return [...relations.values()];
}
