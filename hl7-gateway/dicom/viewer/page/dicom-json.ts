/** A data set in DICOM's JSON. https://dicom.nema.org/medical/dicom/current/output/chtml/part18/chapter_F.html */
export type DataSet = Readonly<Record<string, { readonly Value?: readonly unknown[] } | undefined>>;

/** The first value of an attribute, as text; '' where there is none. Of names: the first way in which it is written. */
export function textOf(dataSet: DataSet, tag: string): string {
  const value = dataSet[tag]?.Value?.[0];
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  const name = value as Readonly<Record<string, unknown>>;
  const written = name.Alphabetic ?? name.Ideographic ?? name.Phonetic;
  return typeof written === 'string' ? written : '';
}

/** Undefined where there is none. */
export function numberOf(dataSet: DataSet, tag: string): number | undefined {
  const text = textOf(dataSet, tag);
  const number = Number(text);
  return text === '' || !Number.isFinite(number) ? undefined : number;
}

/** `Müller^Anna^^Dr.` as it is read: family name first. https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.html */
export function nameText(name: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = name.split('^').map((part) => part.trim());
  const others = [prefix, given, middle, suffix].filter((part) => part !== '').join(' ');
  return [family, others].filter((part) => part !== '').join(', ');
}

/** `20260102` as `2026-01-02`; '' for what is no date. */
export function dateText(date: string): string {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(date) ?? [];
  return year === undefined ? '' : `${year}-${month ?? ''}-${day ?? ''}`;
}
