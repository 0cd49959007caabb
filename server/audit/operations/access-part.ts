import type { AuditRecord } from '../render/render-event.ts';
import { instant, text, type Parameter } from './report-input.ts';

/** What was done with data, in words of the report. */
const ACTIONS: Readonly<Record<string, string>> = {
  C: 'created',
  R: 'read',
  U: 'changed',
  D: 'deleted',
  E: 'found',
};

/** One event as a part of a report: when, who, how, what, why. */
export function accessPart(record: AuditRecord, names: ReadonlyMap<string, string>): Parameter {
  const { who, recorded, action, interaction, type, resourceId, version, found, ip, patients } = record;
  const display = who.user === undefined ? undefined : names.get(who.user);
  const isEmergency = who.brokenGlass !== undefined && patients.includes(`Patient/${who.brokenGlass}`);
  const target = type === null || resourceId === null ? undefined : `${type}/${resourceId}`;
  return {
    name: 'access',
    part: [
      instant('when', recorded),
      ...(who.user === undefined
        ? text('agent', who.client ?? who.account ?? who.kind)
        : [
            {
              name: 'agent',
              valueReference: { reference: who.user, ...(display === undefined ? {} : { display }) },
            },
          ]),
      ...(who.roles ?? []).map((role) => ({ name: 'role', valueCode: role })),
      ...(who.user === undefined ? [] : text('client', who.client)),
      ...text('action', interaction?.startsWith('$') === true ? interaction : ACTIONS[action ?? '']),
      ...(target === undefined
        ? text('type', type)
        : [{ name: 'what', valueReference: { reference: `${target}${version === 0 ? '' : `/_history/${version}`}` } }]),
      ...found.map((reference) => ({ name: 'what', valueReference: { reference } })),
      ...patients.map((reference) => ({ name: 'patient', valueReference: { reference } })),
      ...(who.purposes ?? []).map((purpose) => ({ name: 'purpose', valueCode: purpose })),
      ...(isEmergency ? [{ name: 'emergency', valueBoolean: true }] : []),
      ...text('address', ip),
    ],
  };
}
