import { parseJson, stringifyJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { ReferenceReader } from '../../search/index/reference-target.ts';
import type { Queryable } from '../../storage/db.ts';
import { consentRuleOf, type ConsentRule } from './consent-rule.ts';

/**
 * Brings the rule of a Consent up to date, in the transaction that writes it.
 * @param consent undefined: it was deleted
 * @returns whether it says something else than before
 */
export async function rewriteConsentRule(
  db: Queryable,
  tenant: number,
  id: string,
  consent: JsonObject | undefined,
  readReference: ReferenceReader,
): Promise<boolean> {
  const rule = consent && consentRuleOf(consent, readReference);
  if (rule === undefined) {
    const text = 'delete from consent_rule where tenant = $1 and consent = $2 returning consent';
    const gone = await db.query({ text, values: [tenant, id] });
    return gone.length > 0;
  }
  const changed = await db.query({
    text:
      'insert into consent_rule (tenant, consent, rule) values ($1, $2, $3) ' +
      'on conflict (tenant, consent) do update set rule = excluded.rule where consent_rule.rule <> excluded.rule returning consent',
    values: [tenant, id, stringifyJson(rule as unknown as JsonValue)],
  });
  return changed.length > 0;
}

export async function readConsentRules(db: Queryable, tenant: number): Promise<readonly ConsentRule[]> {
  const rows = await db.query<{ rule: string }>({
    text: 'select rule from consent_rule where tenant = $1 order by consent',
    values: [tenant],
  });
  // Only consentRuleOf writes them.
  return rows.map(({ rule }) => parseJson(rule) as unknown as ConsentRule);
}
