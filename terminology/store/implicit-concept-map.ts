import type { JsonObject } from '../../server/kernel/json.ts';
import type { Queryable } from '../../server/storage/db.ts';
import { chooseRelease, readReleases } from './releases.ts';
import { releaseTables } from './release-tables.ts';

const SNOMED = 'http://snomed.info/sct';
const CANONICAL = /^http:\/\/snomed\.info\/sct(\/\d{6,18}(?:\/version\/\d{8})?)?\?fhir_cm=(\d{6,18})$/;

/** Associations of retired concepts, with what the mapping means. https://hl7.org/fhir/R4/snomedct.html#implicit-cm */
const ASSOCIATIONS: ReadonlyMap<string, string> = new Map([
  ['900000000000523009', 'inexact'],
  ['900000000000526001', 'equivalent'],
  ['900000000000527005', 'equal'],
  ['900000000000530003', 'inexact'],
]);
/** Code systems that map reference sets lead to; of others it is not known. */
const TARGETS: ReadonlyMap<string, string> = new Map([
  ['447562003', 'http://hl7.org/fhir/sid/icd-10'],
  ['6011000124106', 'http://hl7.org/fhir/sid/icd-10-cm'],
  ['446608001', 'http://hl7.org/fhir/sid/icd-o'],
]);
const UNCLASSIFIABLE = '447638001';

interface MemberRow {
  readonly code: string;
  readonly display: string | null;
  readonly target: string | null;
  readonly target_display: string | null;
  readonly fields: Readonly<Record<string, string>> | null;
}

/**
 * The part of a ConceptMap that a release of SNOMED CT implies by one of its reference sets (`…?fhir_cm=…`) which is about
 * the given codes. Rule and advice of an extended map are kept as the target's comment.
 * @returns undefined when the canonical is of another kind, or its release is not held
 */
export async function implicitConceptMap(
  db: Queryable,
  canonical: string,
  codes: readonly string[],
  isReverse: boolean,
): Promise<JsonObject | undefined> {
  const [, version, refset = ''] = CANONICAL.exec(canonical) ?? [];
  if (refset === '') return undefined;
  const wanted = version === undefined ? undefined : `${SNOMED}${version}`;
  const release = chooseRelease(await readReleases(db, SNOMED), wanted);
  if (release === undefined) return undefined;
  const { concept, member } = releaseTables(release.id);
  const rows = await db.query<MemberRow>({
    text:
      `select c.code, c.display, t.code as target, t.display as target_display, m.fields from ${member} m ` +
      `join ${concept} c on c.id = m.concept left join ${concept} t on t.id = m.target ` +
      `where m.refset = (select id from ${concept} where code = $1) and ` +
      `${isReverse ? `coalesce(t.code, m.fields ->> 'mapTarget')` : 'c.code'} = any($2::text[]) ` +
      `order by c.id, length(m.fields ->> 'mapGroup'), m.fields ->> 'mapGroup', length(m.fields ->> 'mapPriority'), m.fields ->> 'mapPriority'`,
    values: [refset, codes],
  });
  const elements = new Map<string, MemberRow[]>();
  for (const row of rows) elements.set(row.code, [...(elements.get(row.code) ?? []), row]);
  const target = TARGETS.get(refset) ?? (rows.some((row) => row.target !== null) ? SNOMED : undefined);
  return {
    resourceType: 'ConceptMap',
    url: canonical,
    status: 'active',
    group: [
      {
        source: SNOMED,
        ...(target === undefined ? {} : { target }),
        element: [...elements.values()].map((group) => elementOf(group, ASSOCIATIONS.get(refset) ?? 'relatedto')),
      },
    ],
  };
}

function elementOf(rows: readonly MemberRow[], equivalence: string): JsonObject {
  const [first] = rows;
  return {
    code: first?.code ?? '',
    ...(first === undefined || first.display === null ? {} : { display: first.display }),
    target: rows.map((row) => targetOf(row, equivalence)),
  };
}

function targetOf({ target, target_display, fields }: MemberRow, equivalence: string): JsonObject {
  const code = target ?? fields?.mapTarget ?? '';
  const comment = [fields?.mapRule, fields?.mapAdvice].filter((text) => text !== undefined && text !== '').join('; ');
  const isNone = code === '' || fields?.mapCategoryId === UNCLASSIFIABLE;
  return {
    ...(isNone ? {} : { code }),
    ...(target_display === null ? {} : { display: target_display }),
    equivalence: isNone ? 'unmatched' : equivalence,
    ...(comment === '' ? {} : { comment }),
  };
}
