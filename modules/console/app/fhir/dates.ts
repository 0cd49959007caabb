import type { Patient } from '@medplum/fhirtypes';

const DAY = 86_400_000;

/** A FHIR date or time as people of this browser read it; dates have no zone and are not moved. */
export function dateText(text: string | undefined): string {
  if (text === undefined) return '';
  if (!text.includes('T')) return text;
  return new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Time of day. */
export function clockText(text: string | undefined): string {
  return text === undefined ? '' : new Date(text).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

/** Age in years, of small children in months, at a day given as `YYYY-MM-DD`. */
export function ageText({ birthDate, deceasedDateTime }: Patient, today: string): string {
  if (birthDate === undefined) return '';
  const [year = 0, month = 1, day = 1] = birthDate.split('-').map(Number);
  const [endYear = 0, endMonth = 1, endDay = 1] = (deceasedDateTime ?? today).slice(0, 10).split('-').map(Number);
  const months = (endYear - year) * 12 + endMonth - month - (endDay < day ? 1 : 0);
  return months < 24 ? `${Math.max(months, 0)} months` : `${Math.floor(months / 12)} years`;
}

/** `YYYY-MM-DD` of a moment, in the zone of this browser. */
export function dayOf(moment: Date): string {
  const pad = (number: number): string => String(number).padStart(2, '0');
  return `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
}

/** Whole days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / DAY);
}
