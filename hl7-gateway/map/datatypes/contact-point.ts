import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { telecommunicationEquipmentType, telecommunicationUseCode } from '../codes/patient-codes.ts';
import { append, filled } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';
import { dateTime } from './date-time.ts';

const MAIL = new Set(['INTERNET', 'X.400']);
const CELLULAR = 'CP';

/**
 * XTN, and TN as its first component. A number is what the sender has formatted (XTN.12, XTN.1), else put together from its parts.
 * @param use where XTN.2 says none: `home` of PID-13
 * https://hl7.org/fhir/R4/datatypes.html#ContactPoint
 */
export function contactPoint(value: Value, draft: MappingDraft, use?: 'home' | 'work'): JsonObject | undefined {
  const equipment = value.text(3);
  const mail = value.text(4);
  const isMail = MAIL.has(equipment.toUpperCase()) || (equipment === '' && mail !== '');
  const spoken = isMail ? mail || value.text(1) : value.text(12) || value.text(1) || formatted(value);
  if (spoken === '') return undefined;
  const made: JsonObject = { ...systemOf(equipment, isMail || isMailAddress(spoken)), value: spoken };
  const sentUse = usedAs(value.text(2), equipment, use);
  if (sentUse !== undefined) made.use = sentUse;
  if (!isMail)
    for (const [part, name] of PARTS) {
      const text = value.text(part);
      if (text !== '') append(made, 'extension', { url: coreExtension(name), valueString: text });
    }
  const rank = Number(value.text(18));
  if (Number.isInteger(rank) && rank > 0) made.rank = rank;
  const period = filled({ start: dateTime(value.part(13), draft), end: dateTime(value.part(14), draft) });
  if (period !== undefined) made.period = period;
  return made;
}

const PARTS = [
  [5, 'contactpoint-country'],
  [6, 'contactpoint-area'],
  [7, 'contactpoint-local'],
  [8, 'contactpoint-extension'],
] as const;

function formatted(value: Value): string {
  const [country, area, local, extension] = PARTS.map(([part]) => value.text(part));
  if (local === undefined || local === '') return '';
  const parts = [country === '' ? '' : `+${country}`, area, local, extension === '' ? '' : `X${extension}`];
  return parts.filter((part) => part !== '' && part !== undefined).join(' ');
}

function systemOf(equipment: string, isMail: boolean): JsonObject {
  if (isMail) return { system: 'email' };
  if (equipment.toUpperCase() === CELLULAR) return { system: 'phone' };
  const mapped = telecommunicationEquipmentType.lookup(equipment);
  if (mapped !== null && mapped !== undefined) return { system: mapped.code };
  // A value must have a system (cpt-2); what kind of equipment it is was not said.
  return equipment === '' ? { system: 'phone' } : { system: 'other' };
}

function isMailAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
}

function usedAs(sent: string, equipment: string, use: string | undefined): string | undefined {
  if (equipment.toUpperCase() === CELLULAR) return 'mobile';
  const mapped = telecommunicationUseCode.lookup(sent);
  if (mapped !== null && mapped !== undefined) return mapped.code;
  return sent === '' ? use : undefined;
}
