import {
  checkOrder,
  OVERRIDE_REASON,
  toDetectedIssue,
  type CheckResult,
  type DrugIssue,
} from '#modules/decision-support';
import { canonicalText, type ClinicTransaction, type ModuleContext, type ResourceOf, type Stored } from '#sdk';
import { faults } from './faults.ts';

/** An alert that a prescriber accepts, and why. */
export interface Override {
  /** Of the issue. */
  readonly key: string;
  readonly reason: { readonly system?: string; readonly code?: string; readonly display?: string };
}

/** An order that came into force. */
export interface SignedOrder {
  readonly order: Stored<'MedicationRequest'>;
  /** All that is known against it. */
  readonly issues: readonly Stored<'DetectedIssue'>[] | readonly ResourceOf<'DetectedIssue'>[];
  readonly notChecked: CheckResult['notChecked'];
}

/** @throws Fault 400 for one that is not whole */
export function readOverrides(
  concepts: readonly { readonly coding?: readonly Override['reason'][]; readonly text?: string }[],
): readonly Override[] {
  return concepts.map(({ text, coding = [] }) => {
    const reason = coding.find(({ system, code }) => system === OVERRIDE_REASON && code !== undefined);
    if (text === undefined || reason === undefined) throw faults.overrideIncomplete();
    return { key: text, reason };
  });
}

/**
 * Brings a draft into force: stores why alerts are accepted, sets it active, which the rules judge, and signs what was
 * stored. Everything in one transaction, or nothing.
 * @param clinic with the rights of the prescriber
 */
export async function signOrder(
  clinic: ClinicTransaction,
  context: ModuleContext,
  draft: Stored<'MedicationRequest'>,
  overrides: readonly Override[],
): Promise<SignedOrder> {
  const signer = context.actor.reference ?? draft.requester?.reference;
  if (signer === undefined) throw faults.signerUnknown();
  const result = await checkOrder({ ...context, ...clinic }, { order: { ...draft, status: 'active' } });
  const accepted = await storeOverrides(clinic, context, { draft, result, overrides, signer });
  const others = result.issues.filter(({ key }) => !overrides.some((override) => override.key === key));
  const order = await clinic.update<'MedicationRequest'>({
    ...draft,
    status: 'active',
    ...(accepted.length === 0
      ? {}
      : {
          detectedIssue: [
            ...(draft.detectedIssue ?? []),
            ...accepted.map(({ id }) => ({ reference: `DetectedIssue/${id}` })),
          ],
        }),
  });
  await clinic.create<'Provenance'>(signatureOf(order, signer, context));
  const issues = [...accepted, ...others.map((issue) => toDetectedIssue(issue, order, result.knowledge))];
  return { order, issues, notChecked: result.notChecked };
}

interface Accepting {
  readonly draft: Stored<'MedicationRequest'>;
  readonly result: CheckResult;
  readonly overrides: readonly Override[];
  readonly signer: string;
}

async function storeOverrides(
  clinic: ClinicTransaction,
  context: ModuleContext,
  { draft, result, overrides, signer }: Accepting,
): Promise<Stored<'DetectedIssue'>[]> {
  const stored: Stored<'DetectedIssue'>[] = [];
  for (const { key, reason } of overrides) {
    const issue: DrugIssue | undefined = result.issues.find((each) => each.key === key);
    if (issue === undefined) throw faults.overrideWithoutIssue(result.issues.map((each) => each.key));
    const mitigation = [
      { action: { coding: [reason] }, date: context.now().toISOString(), author: { reference: signer } },
    ];
    const detected = toDetectedIssue(issue, draft, result.knowledge);
    stored.push(await clinic.create<'DetectedIssue'>({ ...detected, status: 'final', mitigation }));
  }
  return stored;
}

/**
 * Who signed which version: the server's signature over the content of that version, which it made at the word of whoever
 * was signed in. https://hl7.org/fhir/R4/datatypes.html#signature
 */
function signatureOf(
  order: Stored<'MedicationRequest'>,
  signer: string,
  context: ModuleContext,
): ResourceOf<'Provenance'> {
  const when = context.now().toISOString();
  const who = { reference: signer };
  return {
    resourceType: 'Provenance',
    target: [{ reference: `MedicationRequest/${order.id}/_history/${order.meta.versionId}` }],
    recorded: when,
    activity: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/v3-DocumentCompletion',
          code: 'LA',
          display: 'legally authenticated',
        },
      ],
    },
    agent: [
      {
        type: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }],
        },
        who,
      },
    ],
    signature: [
      {
        type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.1', display: "Author's Signature" }],
        when,
        who,
        targetFormat: 'application/fhir+json',
        sigFormat: 'application/octet-stream',
        data: context.sign(canonicalText(order)).value,
      },
    ],
  };
}
