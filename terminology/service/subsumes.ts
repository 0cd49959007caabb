import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { textAt } from '../resource/elements.ts';
import { conceptOrFault, systemOrFault } from './lookup.ts';
import { objectOf, textOf, type Parameters } from './parameters.ts';
import type { Scope } from './scope.ts';

/** How two codes of a system stand to one another. https://hl7.org/fhir/R4/codesystem-operation-subsumes.html */
export async function subsumes(scope: Scope, parameters: Parameters, instance?: JsonObject): Promise<JsonObject> {
  const [codingA, codingB] = [objectOf(parameters, 'codingA'), objectOf(parameters, 'codingB')];
  const codeA = textOf(parameters, 'codeA') ?? textAt(codingA, 'code');
  const codeB = textOf(parameters, 'codeB') ?? textAt(codingB, 'code');
  const url = textOf(parameters, 'system') ?? textAt(codingA, 'system') ?? textAt(instance, 'url');
  if (codeA === undefined || codeB === undefined || url === undefined) {
    throw fault(
      'terminology.parameter',
      400,
      'required',
      'Two codes of one system are needed: codeA, codeB and system, or codingA and codingB',
    );
  }
  const other = textAt(codingB, 'system');
  if (other !== undefined && other !== url) {
    throw fault(
      'terminology.parameter',
      400,
      'invalid',
      `Codes of different systems (${url}, ${other}) cannot be compared`,
    );
  }
  const stated = textOf(parameters, 'version') ?? textAt(codingA, 'version') ?? textAt(instance, 'version');
  const system = await systemOrFault(scope, url, stated, 'codes cannot be compared');
  const a = await conceptOrFault(system, codeA);
  const b = await conceptOrFault(system, codeB);
  return { resourceType: 'Parameters', parameter: [{ name: 'outcome', valueCode: await outcome() }] };

  async function outcome(): Promise<string> {
    if (a.code === b.code) return 'equivalent';
    if (await system.isBelow(a.code, b.code)) return 'subsumes';
    return (await system.isBelow(b.code, a.code)) ? 'subsumed-by' : 'not-subsumed';
  }
}
