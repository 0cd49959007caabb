import type { SearchRegistry } from '../search/registry-types.ts';
import type { Filter } from '../search/tree.ts';
import type { Allowed } from './access.ts';
import { anyOf } from './algebra.ts';

/** Types outside of the Patient compartment of which a resource belongs to one patient by this parameter. */
const BELONGS_TO = new Map([['Device', 'patient']]);
/** Those that staff keep about a patient: nobody's to have because of that, but withheld together with the rest. */
const IS_ABOUT = new Map([...BELONGS_TO, ['Task', 'patient']]);
/** A Group holds its other members too: it is no single one's to have, nor to withhold. */
const SHARED: ReadonlySet<string> = new Set(['Group']);

/**
 * Resources of a type in the compartments of some resources, as the CompartmentDefinition has it; of the compartment's own
 * type only those themselves (a Patient that is linked with another one is another Patient).
 */
export function membersOf(
  registry: SearchRegistry,
  compartment: string,
  type: string,
  ids: readonly string[],
): Allowed {
  return within(registry, compartment, type, ids, BELONGS_TO);
}

/** Resources of a type that are about one of the patients. */
export function aboutPatients(registry: SearchRegistry, type: string, ids: readonly string[]): Allowed {
  return within(registry, 'Patient', type, ids, IS_ABOUT);
}

function within(
  registry: SearchRegistry,
  compartment: string,
  type: string,
  ids: readonly string[],
  links: ReadonlyMap<string, string>,
): Allowed {
  if (ids.length === 0 || SHARED.has(type)) return 'none';
  if (type === compartment) return { kind: 'id', ids };
  if (registry.compartmentParams(compartment, type).length > 0) return { kind: 'compartment', compartment, ids };
  const param = compartment === 'Patient' ? registry.param(type, links.get(type) ?? '') : undefined;
  if (param === undefined) return 'none';
  const targets = ids.map((id) => `Patient/${id}`);
  return { kind: 'param', param, tests: [{ is: 'reference', targets }], negated: false };
}

/** Resources of a type that are about some patient, whoever that is. */
export function aboutAnyPatient(registry: SearchRegistry, type: string): Allowed {
  if (type === 'Patient') return 'all';
  if (SHARED.has(type)) return 'none';
  const link = registry.param(type, IS_ABOUT.get(type) ?? '');
  const params = [...registry.compartmentParams('Patient', type), ...(link === undefined ? [] : [link])];
  return anyOf(params.map((param): Filter => ({ kind: 'missing', param, isMissing: false })));
}
