import { readQuery, single } from '../../fhir/query.ts';
import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { visibleVersion } from '../../fhir/interactions/visible.ts';
import { dateRange } from '../../search/index/date-range.ts';
import { fault } from '../../kernel/fault.ts';
import type { AuditLog } from '../audit-log.ts';
import { whoDetailOf } from '../who.ts';

const REQUIRED = ['recipient', 'description', 'purpose'] as const;
const SUPPORTED = [...REQUIRED, 'address', 'date'];
const MAX_LENGTH = 1000;
const PURPOSE = /^[A-Z][A-Za-z]{1,19}$/;

/** @param log where disclosures are kept: in the audit trail, so that they cannot be changed */
export function recordDisclosure(log: AuditLog): Operation {
  return {
    code: 'record-disclosure',
    definition: 'https://athanor.health/fhir/OperationDefinition/record-disclosure',
    text:
      'Records that data of the patient were given to somebody outside, by whatever way. Takes recipient, address, description, ' +
      'purpose (a code of v3-ActReason such as PUBHLTH) and date.',
    levels: ['instance'],
    types: ['Patient'],
    affectsState: true,
    async run(engine, ctx, { request, id = '' }) {
      readQuery(request, []);
      const input = primitiveInput(request, SUPPORTED);
      const values = Object.fromEntries(SUPPORTED.map((name) => [name, single(input, name)?.trim() ?? '']));
      for (const name of REQUIRED) {
        if (values[name] === '') throw badValue(`${name} is required`);
      }
      if (Object.values(values).some((value) => value.length > MAX_LENGTH)) {
        throw badValue(`each parameter has ${MAX_LENGTH} characters at most`);
      }
      if (!PURPOSE.test(values.purpose ?? '')) throw badValue('purpose is a code of v3-ActReason, such as PUBHLTH');
      if (values.date !== '' && dateRange(values.date ?? '') === undefined)
        throw badValue('date is a date such as 2026-01-31');
      await visibleVersion(engine, ctx, 'Patient', id);
      await log.record({
        kind: 'disclosure',
        interaction: 'disclose',
        action: 'R',
        outcome: 'success',
        tenant: ctx.tenant,
        who: whoDetailOf(ctx.access.principal),
        requestId: ctx.requestId,
        patients: [`Patient/${id}`],
        facts: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')),
      });
      return { status: 204, headers: {} };
    },
  };
}

function badValue(text: string): Error {
  return fault('operation.badDisclosure', 400, 'value', `$record-disclosure: ${text}.`);
}
