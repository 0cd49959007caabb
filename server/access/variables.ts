import { computedValue } from '../fhirpath/values.ts';
import { isObject, parseJson, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { compilePage, type CompileContext } from '../search/compile/compile-search.ts';
import { dateOf } from '../search/index/date-values.ts';
import { parseSearch } from '../search/parse/parse-search.ts';
import { resourceText } from '../storage/body.ts';
import type { Queryable } from '../storage/db.ts';
import type { Variable, Variables } from './criteria.ts';
import type { Principal } from './principal.ts';

/** Roles of one practitioner, or care teams of one; more are not looked at. */
const MAX_FOUND = 500;

interface FoundRow {
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly body: string;
}

/** What the variables of criteria stand for, of one principal and one moment. Those that stand for nothing are absent. */
export async function resolveVariables(
  db: Queryable,
  context: CompileContext,
  principal: Principal,
  wanted: ReadonlySet<Variable>,
): Promise<Variables> {
  const values = new Map<Variable, readonly string[]>();
  const { fhirUser } = principal;
  if (fhirUser === undefined) return values;
  values.set('user', [fhirUser]);
  const [type] = fhirUser.split('/');
  if (type === 'Patient') values.set('patient', [fhirUser]);
  if (type === 'RelatedPerson' && wanted.has('patient')) {
    const found = await find(db, context, 'RelatedPerson', `_id=${fhirUser.slice(14)}&active:not=false`);
    values.set(
      'patient',
      found.flatMap(({ patient }) => referenceTo(patient, 'Patient')),
    );
  }
  if (type !== 'Practitioner') return withoutEmpty(values);
  if (wanted.has('orgs') || wanted.has('roles')) {
    const roles = await find(db, context, 'PractitionerRole', `practitioner=${fhirUser}&active:not=false`);
    values.set(
      'roles',
      roles.flatMap(({ id }) => (typeof id === 'string' ? [`PractitionerRole/${id}`] : [])),
    );
    values.set('orgs', unique(roles.flatMap(({ organization }) => referenceTo(organization, 'Organization'))));
  }
  if (wanted.has('careteam')) {
    const teams = await find(db, context, 'CareTeam', `participant=${fhirUser}&status=active`);
    const own = teams.filter((team) => isParticipant(team, fhirUser, context.now));
    const patients = own.flatMap(({ subject }) => referenceTo(subject, 'Patient'));
    values.set(
      'careteam',
      unique([...own.flatMap(({ id }) => (typeof id === 'string' ? [`CareTeam/${id}`] : [])), ...patients]),
    );
  }
  return withoutEmpty(values);
}

/** Resources that the search finds and whose period, if they have one, includes now. */
async function find(
  db: Queryable,
  context: CompileContext,
  type: string,
  query: string,
): Promise<readonly JsonObject[]> {
  const { definitions, registry } = context;
  const tree = parseSearch({
    resourceType: type,
    query,
    lenient: false,
    registry,
    definitions,
    baseUrl: '',
    defaultCount: MAX_FOUND,
    maxCount: MAX_FOUND,
    maxValues: 1,
  });
  const rows = await db.query<FoundRow>(compilePage(tree, context, undefined).statement);
  return rows
    .slice(0, MAX_FOUND)
    .map((row) => parseJson(resourceText({ ...row, type })))
    .filter(isObject)
    .filter(({ period }) => isNow(period, context.now));
}

function isParticipant({ participant }: JsonObject, fhirUser: string, now: number): boolean {
  const list = Array.isArray(participant) ? participant : [];
  return list.some(
    (one) => isObject(one) && isObject(one.member) && one.member.reference === fhirUser && isNow(one.period, now),
  );
}

function isNow(period: JsonValue | undefined, now: number): boolean {
  if (!isObject(period)) return true;
  const range = dateOf(computedValue(period, 'Period'));
  if (range === undefined) return period.start === undefined && period.end === undefined;
  return range.low <= now && now < range.high;
}

function referenceTo(value: JsonValue | undefined, type: string): readonly string[] {
  const reference = isObject(value) ? value.reference : undefined;
  return typeof reference === 'string' && new RegExp(`^${type}/[A-Za-z0-9.-]{1,64}$`).test(reference)
    ? [reference]
    : [];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function withoutEmpty(values: ReadonlyMap<Variable, readonly string[]>): Variables {
  return new Map([...values].filter(([, refs]) => refs.length > 0));
}
