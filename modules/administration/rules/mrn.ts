import { defineRule, type ResourceOf, type RuleContext } from '#sdk';
import { faults } from '../faults.ts';
import {
  candidateNumbers,
  isSameNumber,
  numberIdentifier,
  oldNumbers,
  ownNumbers,
  systemOf,
  withKeptNumbers,
  type RecordNumber,
} from '../mrn/number.ts';

/**
 * Every patient whom an organization with numbers manages has one, valid and for good; and every new one whom no
 * organization manages, where only one gives numbers.
 */
export const mrn = defineRule<'Patient'>({
  name: 'mrn',
  on: 'Patient',
  async change({ id, before, after }, context) {
    if (after === undefined) return undefined;
    const patient = withKeptNumbers(before, after);
    const isManaged = patient.managingOrganization !== undefined;
    const organization = await managerOf(patient, context);
    if (isManaged ? organization === undefined : before !== undefined) return patient;
    const systems = ownNumbers(patient).map(({ system }) => system);
    if (organization === undefined ? systems.length > 0 : systems.includes(systemOf(organization))) return patient;
    const number = await freeNumber(context, organization, id);
    if (number === undefined) return patient;
    return { ...patient, identifier: [...(patient.identifier ?? []), numberIdentifier(number)] };
  },
  async check({ before, after }, context) {
    if (after === undefined) return;
    const known = before === undefined ? [] : oldNumbers(before);
    const added = oldNumbers(after).filter((number) => !known.some((each) => isSameNumber(each, number)));
    if (added.length === 0) return;
    const merged = await mergedInto(after, context);
    for (const number of added) {
      const isTheirs = merged.some((each) =>
        [...ownNumbers(each), ...oldNumbers(each)].some((theirs) => isSameNumber(theirs, number)),
      );
      if (!isTheirs) throw faults.mrnNotMerged();
    }
  },
});

/** Id of the Organization, however it is referred to. */
async function managerOf(
  { managingOrganization }: ResourceOf<'Patient'>,
  context: RuleContext,
): Promise<string | undefined> {
  const plain = /^Organization\/([^/]+)$/.exec(managingOrganization?.reference ?? '')?.[1];
  return plain ?? (await context.resolve(managingOrganization, 'Organization'))?.id;
}

/**
 * One statement.
 * @param organization undefined: the only one that gives numbers
 * @returns undefined when there is none
 */
async function freeNumber(
  context: RuleContext,
  organization: string | undefined,
  patient: string,
): Promise<RecordNumber | undefined> {
  const candidates = await candidateNumbers(patient);
  const tables = await context.projection('administration.mrn');
  const [row, other] = await tables.query<{ readonly organization: string; readonly taken: readonly string[] }>(
    `select a.organization, array(
        select n.value from @number n where n.tenant = $1 and n.system = $3 || a.organization and n.value = any($4)
      ) as taken
      from @assigner a where a.tenant = $1 and ($2::text is null or a.organization = $2) limit 2`,
    [tables.tenant, organization ?? null, systemOf(''), candidates],
  );
  if (row === undefined || other !== undefined) return undefined;
  const value = candidates.find((candidate) => !row.taken.includes(candidate));
  if (value === undefined) throw faults.mrnExhausted();
  return { system: systemOf(row.organization), value };
}

async function mergedInto(
  { link = [] }: ResourceOf<'Patient'>,
  context: RuleContext,
): Promise<readonly ResourceOf<'Patient'>[]> {
  const found = await Promise.all(
    link.filter(({ type }) => type === 'replaces').map(({ other }) => context.resolve(other, 'Patient')),
  );
  return found.flatMap((patient) => (patient === undefined ? [] : [patient]));
}
