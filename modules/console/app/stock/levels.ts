import type { Parameters, Reference } from '@medplum/fhirtypes';
import { daysBetween } from '../fhir/dates.ts';
import { parametersOf } from '../fhir/parameters.ts';
import type { FhirServer } from '../fhir/server.ts';
import { idOf } from '../fhir/text.ts';

/** How much of a lot is at a place, in base units of the product. */
export interface Level {
  /** Id of the MedicationKnowledge. */
  readonly product: string;
  readonly lot: string;
  readonly lotNumber: string;
  /** `YYYY-MM-DD`: the last day on which it may be used. */
  readonly expiry: string | undefined;
  readonly status: string;
  readonly onHand: number;
  readonly reserved: number;
}

/** What a place has, lot by lot. @param place id of the Location */
export async function findLevels(server: FhirServer, place: string): Promise<readonly Level[]> {
  const answer = parametersOf(await server.get<Parameters>(`Location/${place}/$stock-on-hand`));
  return answer.parts('line').map((line) => ({
    product: idOf(line.value<Reference>('product')) ?? '',
    lot: idOf(line.value<Reference>('lot')) ?? '',
    lotNumber: line.value<string>('lot-number') ?? '',
    expiry: line.value<string>('expiry'),
    status: line.value<string>('status') ?? '',
    onHand: line.value<number>('on-hand') ?? 0,
    reserved: line.value<number>('reserved') ?? 0,
  }));
}

/** What somebody has to know of a lot before they take it. */
export interface Warning {
  readonly look: 'critical' | 'warning' | 'info' | 'done';
  readonly text: string;
}

/** Days before the expiry of a lot from which it is looked after; as the flags of the stock have them. */
const STEPS = [
  [30, 'warning'],
  [60, 'info'],
  [90, 'info'],
] as const;

/** @param today `YYYY-MM-DD` */
export function warningOf({ status, expiry }: Pick<Level, 'status' | 'expiry'>, today: string): Warning {
  if (status !== 'active' && status !== '') return { look: 'critical', text: status };
  if (expiry === undefined) return { look: 'done', text: 'usable' };
  const days = daysBetween(today, expiry);
  if (days < 0) return { look: 'critical', text: 'expired' };
  const step = STEPS.find(([limit]) => days <= limit);
  if (step === undefined) return { look: 'done', text: 'usable' };
  return { look: step[1], text: days === 0 ? 'expires today' : `expires in ${days} ${days === 1 ? 'day' : 'days'}` };
}
