import { DAY, HOUR, startOf, type Person, type Suspicion, type Watch } from './rule.ts';

/** Who newly looked at whom. */
export interface Pair {
  readonly agent: string;
  readonly patient: string;
  readonly isClinical: boolean;
}

async function newPairs({ db, tenant, from, to }: Watch): Promise<readonly Pair[]> {
  return db.query<Pair>({
    text:
      `select agent, patient, bool_or(is_clinical) as "isClinical" from audit_activity ` +
      `where tenant = $1 and hour between $2 and $3 and last >= $4 and patient <> '' group by 1, 2`,
    values: [tenant, Math.floor(from / HOUR), Math.floor((to - 1) / HOUR), from],
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
