import type { Operation } from '../../fhir/operations/operation.ts';
import { MAX_TIME } from '../../storage/audit-read.ts';
import type { AuditRecord } from '../render/render-event.ts';
import { expectScope } from './expect-scope.ts';
import { instant, readReport, reportAnswer, text, type Parameter } from './report-input.ts';

/** Treatment, payment, operations, and the individual themself: not to be accounted for (45 CFR 164.528(a)(1)). */
const EXEMPT = ['TREAT', 'ETREAT', 'CAREMGT', 'CLINTRCH', 'BTG', 'HPAYMT', 'HOPERAT', 'PATRQT', 'HCOMPL'];
const YEARS = 6;

/** https://www.ecfr.gov/current/title-45/section-164.528 */
export const accountingOfDisclosures: Operation = {
  code: 'accounting-of-disclosures',
  definition: 'https://athanor.health/fhir/OperationDefinition/accounting-of-disclosures',
  text:
    `To whom data of the patient were disclosed in the last ${YEARS} years, when, what and why, by 45 CFR 164.528: what was ` +
    'recorded by $record-disclosure, and what clients read for a purpose that must be accounted for. Takes start, end, _count.',
  levels: ['instance'],
  types: ['Patient'],
  affectsState: false,
  async run(engine, ctx, call) {
    const { id = '' } = call;
    expectScope(ctx, id);
    const since = new Date(ctx.now());
    since.setUTCFullYear(since.getUTCFullYear() - YEARS);
    const { records, next } = await readReport(engine, ctx, call, new Set([id]), (conditions) => {
      conditions.within(since.getTime(), MAX_TIME);
      conditions.about([`Patient/${id}`]);
      conditions.add((place) => `patients @> array[${place(`Patient/${id}`)}::text]`);
      conditions.add((place) => {
        const exempt = `${place(EXEMPT)}::text[]`;
        const accounted = `action in ('R', 'E') and outcome = 0 and who::jsonb ? 'purposes' and not who::jsonb -> 'purposes' ?| ${exempt}`;
        return `((kind = 'disclosure' and not coalesce(detail::jsonb -> 'facts' ->> 'purpose' = any(${exempt}), false)) or (kind = 'rest' and ${accounted}))`;
      });
    });
    ctx.audit.note({ action: 'E', interaction: '$accounting-of-disclosures', type: 'Patient', id });
    return reportAnswer(records.map(disclosure), next);
  },
};

function disclosure({ kind, recorded, who, detail, found, type, resourceId }: AuditRecord): Parameter {
  const facts = detail.facts ?? {};
  const fact = (name: string): readonly Parameter[] => text(name, facts[name]?.toString());
  if (kind === 'disclosure') {
    return {
      name: 'disclosure',
      part: [
        instant('recorded', recorded),
        ...['date', 'recipient', 'address', 'description', 'purpose'].flatMap(fact),
      ],
    };
  }
  const what = found.length > 0 ? found.join(', ') : `${type}${resourceId === null ? '' : `/${resourceId}`}`;
  return {
    name: 'disclosure',
    part: [
      instant('recorded', recorded),
      ...text('recipient', who.user ?? who.client ?? who.account),
      ...text('description', what),
      ...(who.purposes ?? []).flatMap((purpose) => text('purpose', purpose)),
    ],
  };
}
