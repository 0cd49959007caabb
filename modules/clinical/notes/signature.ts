import type { ClinicReader, ModuleContext, ResourceOf, Stored } from '#sdk';
import { canonicalText } from './canonical-text.ts';
import { detachedJws, isDetachedJws } from './detached-jws.ts';

/** ASTM E1762: https://hl7.org/fhir/R4/valueset-signature-type.html */
const SIGNATURE_TYPE = 'urn:iso-astm:E1762-95:2013';
const JOSE = 'application/jose';

const PURPOSES = {
  sign: { code: '1.2.840.10065.1.12.1.1', display: "Author's Signature" },
  amend: { code: '1.2.840.10065.1.12.1.16', display: 'Modification Signature' },
  void: { code: '1.2.840.10065.1.12.1.17', display: 'Administrative (Error/Edit) Signature' },
} as const;

interface Act {
  readonly purpose: keyof typeof PURPOSES;
  /** `Practitioner/1` */
  readonly who: string;
  readonly reason?: string;
}

/** Of one version of a note: who signed it, over all of it but `meta`. */
export function signatureOf(
  context: Pick<ModuleContext, 'sign' | 'now'>,
  note: Stored<'Composition'>,
  { purpose, who, reason }: Act,
): ResourceOf<'Provenance'> {
  const when = context.now().toISOString();
  const version = Number(note.meta.versionId);
  return {
    resourceType: 'Provenance',
    target: [{ reference: `Composition/${note.id}/_history/${note.meta.versionId}` }],
    recorded: when,
    ...(reason === undefined ? {} : { reason: [{ text: reason }] }),
    agent: [
      {
        type: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }],
        },
        who: { reference: who },
      },
    ],
    ...(purpose === 'sign'
      ? {}
      : { entity: [{ role: 'revision', what: { reference: `Composition/${note.id}/_history/${version - 1}` } }] }),
    signature: [
      {
        type: [{ system: SIGNATURE_TYPE, ...PURPOSES[purpose] }],
        when,
        who: { reference: who },
        targetFormat: 'application/fhir+json',
        sigFormat: JOSE,
        data: Buffer.from(detachedJws(context, canonicalText(note))).toString('base64'),
      },
    ],
  };
}

/** Whether the server signed something in it. */
export function isSignature({ target, signature = [] }: ResourceOf<'Provenance'>): boolean {
  return (
    signature.some(({ sigFormat }) => sigFormat === JOSE) &&
    target.some(({ reference }) => reference?.startsWith('Composition/') ?? false)
  );
}

/** The record of who signed that version of a note; undefined when nobody did, or it says something else now. */
export async function signedBy(
  context: Pick<ModuleContext, 'isSigned'> & ClinicReader,
  note: Stored<'Composition'>,
): Promise<Stored<'Provenance'> | undefined> {
  const version = `Composition/${note.id}/_history/${note.meta.versionId}`;
  const found = await context.search(
    'Provenance',
    new URLSearchParams({ target: `Composition/${note.id}` }).toString(),
  );
  const text = canonicalText(note);
  return found.find(
    ({ target, signature = [] }) =>
      target.some(({ reference }) => reference === version) &&
      signature.some(({ data = '' }) => isDetachedJws(context, Buffer.from(data, 'base64').toString(), text)),
  );
}
