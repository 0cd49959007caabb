import { createHash } from 'node:crypto';
import type { Signer } from '../../protection/signer.ts';
import { asksForResource } from '../binary/to-raw.ts';
import type { Ctx, Engine } from '../engine.ts';
import type { FhirResponse } from '../request.ts';
import { recordFiles } from './export/record-files.ts';
import { zipOf } from './export/zip.ts';
import { primitiveInput } from './input.ts';
import type { Operation, OperationCall } from './operation.ts';

/**
 * A copy of the record for the patient (GDPR articles 15 and 20, HIPAA 45 CFR 164.524). `manifest.json` names every file
 * with its SHA-256, `manifest.sig` is its Ed25519 signature (base64), `key.pem` the key to check it with.
 */
export function exportRecordOperation(signer: Signer): Operation {
  return {
    code: 'export-record',
    definition: 'https://athanor.health/fhir/OperationDefinition/export-record',
    text: 'The whole record of a patient as a signed zip archive: resources, documents, and who saw it.',
    levels: ['instance'],
    types: ['Patient'],
    affectsState: false,
    givesBytes: true,
    run: (engine, ctx, call) => exportRecord(engine, ctx, call, signer),
  };
}

async function exportRecord(
  engine: Engine,
  ctx: Ctx,
  { request, id = '' }: OperationCall,
  signer: Signer,
): Promise<FhirResponse> {
  primitiveInput(request, ['_format']);
  const files = await recordFiles(engine, ctx, id);
  const patients = [`Patient/${id}`];
  ctx.audit.note({ action: 'E', interaction: '$export-record', type: 'Patient', id, patients });
  const manifest = JSON.stringify(
    {
      server: ctx.baseUrl,
      patient: `Patient/${id}`,
      exported: new Date(ctx.now()).toISOString(),
      files: files.map(({ name, bytes }) => ({ name, bytes: bytes.length, sha256: sha256(bytes) })),
      key: signer.keyId,
    },
    undefined,
    2,
  );
  const bytes = await zipOf(
    [
      ...files,
      { name: 'manifest.json', bytes: Buffer.from(manifest) },
      { name: 'manifest.sig', bytes: Buffer.from(signer.sign(manifest)) },
      { name: 'key.pem', bytes: Buffer.from(signer.publicKey) },
    ],
    ctx.now(),
  );
  const contentType = 'application/zip';
  if (!asksForResource(request)) return { status: 200, headers: {}, raw: { bytes, contentType } };
  const text = JSON.stringify({ resourceType: 'Binary', contentType, data: bytes.toString('base64') });
  return { status: 200, headers: {}, text };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
