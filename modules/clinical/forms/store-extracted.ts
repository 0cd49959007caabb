import type { AnyResource, ClinicReader, ClinicTransaction, Stored, TypeName } from '#sdk';
import { faults } from '../faults.ts';
import { BASE } from '../terms.ts';
import type { Extracted } from './extracted.ts';
import { voided } from './voided.ts';

const SYSTEM = `${BASE}/extracted`;

interface Written {
  readonly resource: Stored<TypeName>;
  readonly wasThere: boolean;
}

/**
 * Stores what a response says: each resource once, whenever and how often it is extracted. A new version of the response
 * changes what an earlier one made; what it does not say any more is marked as entered in error. The same version changes
 * nothing, whatever became of the resources meanwhile.
 */
export async function storeExtracted(
  clinic: ClinicTransaction,
  response: Stored<'QuestionnaireResponse'>,
  extracted: readonly Extracted[],
  types: readonly TypeName[],
): Promise<readonly Written[]> {
  const source = `QuestionnaireResponse/${response.id}/_history/${response.meta.versionId}`;
  const known = await madeBefore(clinic, response.id, types);
  const written: Written[] = [];
  for (const { key, resource } of extracted) {
    const value = `${response.id}.${key}`;
    const there = known.get(value);
    known.delete(value);
    const made = identified({ ...resource, meta: { ...resource.meta, source } }, value);
    if (there === undefined) written.push({ resource: await clinic.create(made), wasThere: false });
    else if (there.meta.source === source) written.push({ resource: there, wasThere: true });
    else written.push({ resource: await clinic.update({ ...made, id: there.id }), wasThere: true });
  }
  for (const gone of known.values()) {
    if (gone.meta.source === source) continue;
    const marked = voided(gone);
    if (marked === undefined) await clinic.remove(gone.resourceType, gone.id);
    else await clinic.update({ ...marked, id: gone.id, meta: { ...marked.meta, source } });
  }
  return written;
}

type WithSource = Stored<TypeName> & { readonly meta: { readonly source?: string } };

/** By the value of the identifier. */
async function madeBefore(
  reader: ClinicReader,
  response: string,
  types: readonly TypeName[],
): Promise<Map<string, WithSource>> {
  const query = new URLSearchParams({ '_source:below': `QuestionnaireResponse/${response}/` }).toString();
  const found: WithSource[] = [];
  for (const type of types) found.push(...(await reader.search(type, query)));
  return new Map(found.flatMap((each) => identifiersOf(each).map((value) => [value, each] as const)));
}

function identifiersOf(resource: AnyResource): readonly string[] {
  const all = 'identifier' in resource ? [resource.identifier ?? []].flat() : [];
  return all.flatMap((each) =>
    'system' in each && each.system === SYSTEM && each.value !== undefined ? [each.value] : [],
  );
}

/** With the identifier by which it is found again, as the type has one or several. @throws Fault 422 for types without */
function identified(resource: AnyResource, value: string): AnyResource {
  const identifier = { system: SYSTEM, value };
  if (SINGLE.includes(resource.resourceType)) return { ...resource, identifier } as AnyResource;
  if (NONE.includes(resource.resourceType)) throw faults.templateType(resource.resourceType);
  const others = 'identifier' in resource ? [resource.identifier ?? []].flat() : [];
  return { ...resource, identifier: [...others, identifier] } as unknown as AnyResource;
}

/** Types of the record whose identifier comes once. https://hl7.org/fhir/R4/composition.html, …/questionnaireresponse.html, …/bundle.html */
const SINGLE: readonly TypeName[] = ['Bundle', 'Composition', 'QuestionnaireResponse'];
/** Types of the record that have none. */
const NONE: readonly TypeName[] = [
  'AuditEvent',
  'Binary',
  'OperationOutcome',
  'Parameters',
  'Provenance',
  'Subscription',
];
