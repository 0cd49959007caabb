import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headFolder } from '../../server/audit/chain/head-folder.ts';
import { SERVER, type Principal } from '../../server/access/principal.ts';
import { isSignedBy } from '../../server/protection/signer.ts';
import { eraseAuditDetails } from '../../server/audit/erase-details.ts';
import { whoDetailOf } from '../../server/audit/who.ts';
import { verifyChain } from '../../server/audit/chain/verify-chain.ts';
import { linkEvents } from '../../server/audit/chain/link-events.ts';
import { transactionBase } from '../../server/storage/audit-chain.ts';
import { forgetPatient } from '../../server/auth/forget-patient.ts';
import { eraseOperation, type Eraser } from '../../server/fhir/operations/erase.ts';
import { legalHold } from '../../server/fhir/operations/legal-hold.ts';
import { holds } from '../../server/protection/legal-hold.ts';
import type { Db } from '../../server/storage/db.ts';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';
import { NAMES, OTHER, put, storeRecord } from './erased-record.ts';
import { newMasters, openRaw, placesOf, SSN } from './protected-server.ts';
import { DEFAULT_PROTECTED } from '../../server/protection/rules.ts';

let server: FhirServer;
let raw: Db;
let retentionYears = 0;
let principal: Principal = { ...SERVER, tenant: 1 };

const eraseAudit: Eraser = async (tx, { tenant, id, words, by }) => {
  const erasure = { tenant, patient: `Patient/${id}`, words: words.all, who: whoDetailOf(by), now: Date.now() };
  return { 'audit details': await eraseAuditDetails(tx, erasure) };
};

beforeAll(async () => {
  server = await openFhirServer({
    protection: { masters: newMasters(), parts: DEFAULT_PROTECTED },
    isAudited: true,
    authenticate: () => principal,
    validation: 'structure',
    operations: ({ protection }) => {
      if (protection === undefined) throw new Error('not protected');
      const { signer, pseudonym } = protection;
      const erasers = [eraseAudit, forgetPatient];
      const ports = { signer, pseudonym, erasers, keysChecked: () => protection.checkedEverywhere() };
      return [
        legalHold,
        eraseOperation({
          ...ports,
          get retentionYears() {
            return retentionYears;
          },
        }),
      ];
    },
  });
  raw = openRaw(server);
  await storeRecord(server);
});
afterAll(async () => {
  await raw.close();
  await server.close();
});

/** Columns of whose values the planner's statistics hold one with any of the texts. */
async function samplesOf(texts: readonly string[]): Promise<string[]> {
  const rows = await raw.query<{ name: string }>({
    text:
      `select tablename || '.' || attname as name from pg_stats where schemaname = 'public' and ` +
      `(most_common_vals::text ilike any($1) or histogram_bounds::text ilike any($1)) order by 1`,
    values: [texts.map((text) => `%${text}%`)],
  });
  return rows.map(({ name }) => name);
}

function call(parameters: Readonly<Record<string, string | boolean>>, operation = '$erase', id = 'sofya') {
  const parameter = Object.entries(parameters).map(([name, value]) =>
    typeof value === 'boolean' ? { name, valueBoolean: value } : { name, valueString: value },
  );
  return server.send('POST', `Patient/${id}/${operation}`, { resourceType: 'Parameters', parameter });
}

const AGREED = { confirm: 'sofya', basis: 'consent-withdrawn' };

describe('an erasure is refused', () => {
  test.each([
    ['without confirmation', { basis: 'objection' }, 400],
    ['with the confirmation of another one', { confirm: 'other', basis: 'objection' }, 400],
    ['without a basis', { confirm: 'sofya' }, 400],
    ['with an unknown basis', { confirm: 'sofya', basis: 'because' }, 400],
    ['with what it does not take', { ...AGREED, force: 'true' }, 400],
  ])('%s', async (_, parameters, status) => {
    expect((await call(parameters as Readonly<Record<string, string>>)).status).toBe(status);
  });

  test('of somebody who never was', async () => {
    expect((await call({ confirm: 'nobody', basis: 'objection' }, '$erase', 'nobody')).status).toBe(404);
  });

  test.each([
    ['an administrator without a second factor', { roles: ['administrator'] }, 403, 'second factor'],
    [
      'one who gave it an hour ago',
      { roles: ['administrator'], secondFactor: Date.now() - 3_600_000 },
      403,
      'second factor',
    ],
    ['a physician', { roles: ['physician'], secondFactor: Date.now() }, 403, '$erase'],
    ['a system', { kind: 'client', roles: ['system'] }, 403, ''],
  ])('to %s', async (_, who, status, text) => {
    const user = { tenant: 1, kind: 'user', account: 'a', fhirUser: 'Practitioner/doc', purposes: [] } as const;
    principal = { ...user, ...who } as Principal;
    const refused = await call(AGREED);
    principal = { ...SERVER, tenant: 1 };
    expect(refused.status).toBe(status);
    expect(refused.text).toContain(text);
  });

  test('under legal hold, until it is released', async () => {
    expect((await call({ hold: true }, '$legal-hold')).status).toBe(400);
    expect((await call({ hold: true, reason: 'Lawsuit' }, '$legal-hold')).status).toBe(200);
    expect(await holds(server.engine.db)).toEqual([{ tenant: 1, patient: 'Patient/sofya' }]);
    const refused = await call(AGREED);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('legal hold');
    const expunge = (path: string) =>
      server.send('POST', `${path}/$expunge`, {
        resourceType: 'Parameters',
        parameter: [{ name: 'expungePreviousVersions', valueBoolean: true }],
      });
    for (const path of ['Patient/sofya', 'Observation/hers', 'Condition/deleted', 'Flag/moved', 'Observation']) {
      expect([path, (await expunge(path)).status]).toEqual([path, 409]);
    }
    expect((await expunge('Practitioner/doc')).status).toBe(200);
    expect((await call({ hold: false }, '$legal-hold')).text).toContain('false');
    expect(await holds(server.engine.db)).toEqual([]);
  });

  test('while records must be kept', async () => {
    retentionYears = 10;
    const refused = await call(AGREED);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('2036');
    retentionYears = 0;
    expect((await server.get('Patient/sofya')).status).toBe(200);
  });
});

describe('after an erasure', () => {
  let certificate: string;
  let signature: string;
  let publicKey: string;

  beforeAll(async () => {
    expect((await placesOf(raw, NAMES)).length).toBeGreaterThan(3);
    await linkEvents(server.engine.db, await transactionBase(server.engine.db));
    // What autovacuum does now and then.
    await raw.query({ text: 'analyze', values: [] });
    expect(await samplesOf(NAMES)).toContain('ix_string.value');
    const answer = await call(AGREED);
    expect(answer.text).toContain('certificate');
    const values = (answer.body.parameter ?? []) as unknown as { valueString: string; valueBase64Binary: string }[];
    certificate = values[0]?.valueString ?? '';
    signature = values[1]?.valueBase64Binary ?? '';
    publicKey = values[2]?.valueString ?? '';
  });

  test('no table holds her name or a number of hers', async () => {
    expect(await placesOf(raw, NAMES)).toEqual([]);
    expect(await samplesOf(NAMES)).toEqual([]);
  });

  test('the certificate is signed, says what was erased, and does not say of whom', async () => {
    expect(isSignedBy(publicKey, certificate, signature)).toBe(true);
    expect(isSignedBy(publicKey, certificate.replace('withdrawn', 'given'), signature)).toBe(false);
    expect(JSON.parse(certificate)).toMatchObject({
      basis: 'consent-withdrawn',
      counts: { Patient: 1, Observation: 1, Binary: 1, DocumentReference: 1, Bundle: 1, RelatedPerson: 1, keys: 1 },
    });
    expect(certificate).not.toContain('sofya');
    const stored = await raw.query({ text: 'select certificate, signature from erasure', values: [] });
    expect(stored).toEqual([{ certificate, signature }]);
  });

  test.each([
    'Patient/sofya',
    'Patient/sofya/_history',
    'Patient/sofya/_history/1',
    'Observation/hers',
    'Condition/deleted/_history',
    'Binary/scan',
    'DocumentReference/scan',
    'Appointment/own',
    'RelatedPerson/child',
    'Person/person',
    'Provenance/provenance',
    'Basic/basic',
    'Bundle/bundle',
  ])('%s never existed', async (path) => {
    expect((await server.get(path)).status).toBe(404);
  });

  test('what is of others stays without her', async () => {
    const { body: group } = await server.get('Group/group');
    expect(group.member).toEqual([{ entity: OTHER }]);
    expect(group.meta?.versionId).toBe('2');
    expect((await server.get('List/list')).body.entry).toEqual([{ item: OTHER }]);
    const { body: shared } = await server.get('Appointment/shared');
    expect(shared.participant).toEqual([{ actor: OTHER, status: 'accepted' }]);
    expect(shared.comment).toBe('Call [erased] before');
    expect((await server.get('Observation/his')).body).toMatchObject({ subject: OTHER, valueString: '2.50' });
    expect((await server.get('Observation/his')).body.performer).toBeUndefined();
    expect((await server.get('Provenance/both')).body.target).toEqual([{ reference: 'Observation/his' }]);
    const { body: task } = await server.get('Task/task');
    expect([task.requester, task.description, task.focus]).toEqual([undefined, 'ask [erased]', OTHER]);
    const { body: other } = await server.get('Patient/other');
    expect([other.link, other.name]).toEqual([undefined, [{ family: 'Mittag' }]]);
    expect(other.text).toBeUndefined();
  });

  test('versions of theirs keep their numbers, and say nothing of her', async () => {
    const history = await server.get('Group/group/_history');
    expect(history.body.entry?.map(({ resource }) => resource?.meta?.versionId)).toEqual(['2', '1']);
    expect(history.text).not.toContain('Sofya');
    expect((await server.get('Flag/moved/_history/1')).text).not.toContain('sofya');
    expect((await server.get('Flag/moved/_history/2')).body.subject).toEqual(OTHER);
  });

  test('searches and references of others work as before', async () => {
    expect((await server.get('Patient?name=mittag')).body.total).toBe(1);
    expect((await server.get('Patient?name=kovalevskaya')).body.total).toBe(0);
    expect((await server.get('Group?member=Patient/sofya')).body.total).toBe(0);
    expect((await server.get('Group?member=Patient/other')).body.total).toBe(1);
  });

  test('the audit trail is whole: what was erased of it is recorded as erased', async () => {
    await linkEvents(server.engine.db, await transactionBase(server.engine.db));
    const path = mkdtempSync(join(tmpdir(), 'athanor-heads-'));
    const folder = headFolder(path);
    const result = await verifyChain({ db: server.engine.db, keys: [], folder });
    expect(result.findings).toEqual([]);
    expect(result.erased).toBeGreaterThan(3);
    rmSync(path, { recursive: true });
  });

  test('a new patient may have the id', async () => {
    await put(server, { resourceType: 'Patient', identifier: [{ system: SSN, value: '999-99-0000' }] }, 'sofya');
    expect((await server.get('Patient/sofya')).body).toMatchObject({ meta: { versionId: '1' } });
    expect((await server.get('Patient/sofya')).text).toContain('999-99-0000');
  });
});
