import type { RuleContext } from '#sdk';
import { lookUpAll } from '../check-drafts.ts';
import type { DrugLookup } from '../drug/drug-lookup.ts';
import { united } from '../engine/needs.ts';
import { readPatientData, type DataNeeds, type PatientData } from '../facts/patient-data.ts';

interface Shared {
  readonly needs: DataNeeds;
  readonly data: PatientData;
  readonly lookup: DrugLookup;
}

/**
 * What is recorded of a patient, read once for all orders of a transaction: at its end, under a lock that orders of the
 * patient take one after the other.
 * @param patient `Patient/1`
 */
export async function sharedData(context: RuleContext, patient: string, needs: DataNeeds, at: Date): Promise<Shared> {
  const key = `decision-support ${patient}`;
  const known = context.shared.get(key) as Shared | undefined;
  if (known !== undefined && covers(known.needs, needs)) return known;
  if (known === undefined) await context.lock(`prescribing ${patient}`);
  const all = known === undefined ? needs : united([known.needs, needs]);
  const data = await readPatientData(context, patient, at, all);
  const shared = { needs: all, data, lookup: await lookUpAll(context, data, [], at) };
  context.shared.set(key, shared);
  return shared;
}

function covers(known: DataNeeds, needs: DataNeeds): boolean {
  return (
    known.washout >= needs.washout &&
    (known.conditions || !needs.conditions) &&
    (known.observations || !needs.observations)
  );
}
