import type { JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystemResources } from '../resource/canonical-source.ts';
import { textAt } from '../resource/elements.ts';

const LOINC = 'http://loinc.org';
const LOINC_SETS = `${LOINC}/vs`;
const REFERENCE_SETS = '900000000000455006';

/**
 * Value sets that exist because a code system does: all of it (`CodeSystem.valueSet`), and those of SNOMED CT and LOINC.
 * https://hl7.org/fhir/R4/snomedct.html#implicit https://hl7.org/fhir/R4/loinc.html#implicit
 */
export function implicitValueSet(
  resources: CodeSystemResources,
  url: string,
  version: string | undefined,
): JsonObject | undefined {
  const whole = resources.ofValueSet(url);
  if (whole !== undefined)
    return make(url, version ?? textAt(whole, 'version'), textAt(whole, 'url') ?? '', textAt(whole, 'version'), []);
  const [base = '', query] = url.split('?', 2);
  if (query?.startsWith('fhir_vs') === true) return ofSnomed(url, base, query.slice('fhir_vs'.length));
  if (url === LOINC_SETS || url.startsWith(`${LOINC_SETS}/`))
    return ofLoinc(url, url.slice(LOINC_SETS.length + 1), version);
  return undefined;
}

function ofSnomed(url: string, base: string, query: string): JsonObject | undefined {
  // http://snomed.info/sct/[edition]/version/[date] names a version of http://snomed.info/sct.
  const system = /^(https?:\/\/[^/]+\/[^/]+)/.exec(base)?.[1] ?? base;
  const version = base === system ? undefined : base;
  const filter = snomedFilter(query);
  return filter === undefined ? undefined : make(url, undefined, system, version, filter);
}

function snomedFilter(query: string): readonly JsonObject[] | undefined {
  if (query === '') return [];
  if (query === '=refset') return [{ property: 'concept', op: 'descendent-of', value: REFERENCE_SETS }];
  const [kind = '', ...rest] = query.split('/');
  const value = decoded(rest.join('/'));
  if (value === undefined || value === '') return undefined;
  if (kind === '=isa') return [{ property: 'concept', op: 'is-a', value }];
  if (kind === '=refset') return [{ property: 'concept', op: 'in', value }];
  if (kind === '=ecl') return [{ property: 'constraint', op: '=', value }];
  return undefined;
}

function ofLoinc(url: string, code: string, version: string | undefined): JsonObject {
  const filter =
    code === ''
      ? []
      : code.startsWith('LL')
        ? [{ property: 'LIST', op: '=', value: code }]
        : [{ property: 'ancestor', op: '=', value: code }];
  return make(url, version, LOINC, version, filter);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function make(
  url: string,
  version: string | undefined,
  system: string,
  systemVersion: string | undefined,
  filter: readonly JsonObject[],
): JsonObject {
  return {
    resourceType: 'ValueSet',
    url,
    ...(version === undefined ? {} : { version }),
    status: 'active',
    compose: {
      include: [
        {
          system,
          ...(systemVersion === undefined ? {} : { version: systemVersion }),
          ...(filter.length === 0 ? {} : { filter: [...filter] }),
        },
      ],
    },
  };
}
