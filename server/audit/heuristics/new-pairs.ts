import { CLINICAL, DAY, PATIENT_EVENTS, startOf, within, type Person, type Suspicion, type Watch } from './rule.ts';

/** Who newly looked at whom. */
export interface Pair {
  readonly agent: string;
  readonly patient: string;
  readonly isClinical: boolean;
}

async function newPairs({ db, tenant, from, to }: Watch): Promise<readonly Pair[]> {
  return db.query<Pair>({
    text:
      `select e.agent, p as patient, bool_or(coalesce(e.who::jsonb -> 'roles' ?| $4::text[], false)) as "isClinical" ` +
      `from ${PATIENT_EVENTS} and ${within('$2', '$3')} group by 1, 2`,
    values: [tenant, from, to, CLINICAL],
  });
}

/** Suspicions about single pairs: one a day for the same person and patient. */
export async function suspiciousPairs(
  watch: Watch,
  test: (agent: Person, patient: Person, pair: Pair) => Promise<string | undefined> | string | undefined,
): Promise<readonly Suspicion[]> {
  const { facts, tenant, to } = watch;
  const found: Suspicion[] = [];
  for (const pair of await newPairs(watch)) {
    const [agent, patient] = [await facts.person(tenant, pair.agent), await facts.person(tenant, pair.patient)];
    if (agent === undefined || patient === undefined) continue;
    const text = await test(agent, patient, pair);
    if (text !== undefined)
      found.push({ agent: pair.agent, since: startOf(DAY, to - 1), patients: [pair.patient], text });
  }
  return found;
}

/** Whether the work of the person gives a reason to open the record. */
export async function hasReason({ facts, tenant, to }: Watch, { agent, patient, isClinical }: Pair): Promise<boolean> {
  if (await facts.isRelated(tenant, agent, patient)) return true;
  return !isClinical && facts.isExpected(tenant, patient, to);
}

export function isSamePerson(a: Person, b: Person): boolean {
  if (a.identifiers.some((identifier) => b.identifiers.includes(identifier))) return true;
  const isNamed = a.family !== '' && a.given !== '' && a.birthDate !== undefined;
  return isNamed && sameName(a.family, b.family) && sameName(a.given, b.given) && a.birthDate === b.birthDate;
}

export function sameName(a: string, b: string): boolean {
  const plain = (name: string): string => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
  return a !== '' && plain(a) === plain(b);
}
