import { isObject, parseJson } from '../../kernel/json.ts';
import type { ReferenceReader } from '../../search/index/reference-target.ts';
import { resourceText, type StoredVersion } from '../../storage/body.ts';
import type { Db, Queryable } from '../../storage/db.ts';
import { rewriteConsentRule } from './consent-store.ts';

const BATCH = 500;

interface ConsentRow extends Omit<StoredVersion, 'type'> {
  readonly pid: number;
}

/** Makes the rules of the Consents that a tenant had before there were rules; once. */
export async function makeConsentRules(
  db: Db,
  tenant: number,
  typeId: number,
  readReference: ReferenceReader,
): Promise<void> {
  if (await areMade(db, tenant)) return;
  await db.transaction(async (tx) => {
    // Whoever writes a Consent meanwhile waits before its rule, and then writes the newer one.
    await tx.query({ text: 'lock table consent_rule in share row exclusive mode', values: [] });
    if (await areMade(tx, tenant)) return;
    let after = -1;
    for (;;) {
      const rows = await nextConsents(tx, tenant, typeId, after);
      for (const row of rows) {
        const consent = parseJson(resourceText({ ...row, type: 'Consent' }));
        if (isObject(consent)) await rewriteConsentRule(tx, tenant, row.id, consent, readReference);
      }
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.pid;
    }
    const text = 'insert into consent_rules_made (tenant) values ($1)';
    await tx.query({ text, values: [tenant] });
  });
}

async function areMade(db: Queryable, tenant: number): Promise<boolean> {
  const text = 'select tenant from consent_rules_made where tenant = $1';
  return (await db.query({ text, values: [tenant] })).length > 0;
}

function nextConsents(tx: Queryable, tenant: number, typeId: number, after: number): Promise<ConsentRow[]> {
  return tx.query({
    text:
      'select pid, id, version, updated, body, type as "bodyType" from resource ' +
      'where tenant = $1 and type = $2 and pid > $3 order by pid limit $4',
    values: [tenant, typeId, after, BATCH],
  });
}
