import type {
  CodeableConcept,
  DetectedIssue,
  MedicationRequest,
  Parameters,
  ParametersParameter,
} from '@medplum/fhirtypes';
import { parametersOf } from '../fhir/parameters.ts';
import type { FhirServer } from '../fhir/server.ts';
import { conceptText } from '../fhir/text.ts';
import { DRUG_FACT_SEVERITY, DRUG_ISSUE } from '../terms.ts';

/** Something that is known against an order. */
export interface DrugIssue {
  /** Names it to `$sign`. */
  readonly key: string;
  /** `contraindicated` stops the order unless a reason is given; `major`, `moderate` and `minor` advise. */
  readonly severity: string;
  readonly title: string;
  /** What happens, what can be done, and where it is known from. */
  readonly text: string;
}

export interface Checked {
  readonly issues: readonly DrugIssue[];
  /** What could not be looked at: no alert of it is no all-clear. */
  readonly notChecked: readonly string[];
}

/** What is known against a stored order. */
export async function checkOrder(server: FhirServer, id: string): Promise<Checked> {
  const answer = parametersOf(await server.get<Parameters>(`MedicationRequest/${id}/$check`));
  return {
    issues: answer.resources<DetectedIssue>('issue').map(issueIn),
    notChecked: answer.values<CodeableConcept>('notChecked').map(conceptText),
  };
}

function issueIn({ identifier = [], extension = [], code, detail = '', severity }: DetectedIssue): DrugIssue {
  return {
    key: identifier.find(({ system }) => system === DRUG_ISSUE)?.value ?? '',
    severity: extension.find(({ url }) => url === DRUG_FACT_SEVERITY)?.valueCode ?? severity ?? '',
    title: conceptText(code),
    text: detail,
  };
}

/** Signs an order, so that it is in force. @param reasons codes of override-reason by the keys of issues */
export async function signOrder(
  server: FhirServer,
  id: string,
  reasons: ReadonlyMap<string, Reason>,
  key: string,
): Promise<MedicationRequest | undefined> {
  const overrides = [...reasons].map(([issue, { system, code, display }]): ParametersParameter => ({
    name: 'override',
    valueCodeableConcept: { text: issue, coding: [{ system, code, display }] },
  }));
  const answer = await server.call<Parameters>(`MedicationRequest/${id}/$sign`, overrides, key);
  return parametersOf(answer).resources<MedicationRequest>('order')[0];
}

/** Why somebody orders it all the same. */
export interface Reason {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}
