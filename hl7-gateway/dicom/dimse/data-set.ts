/**
 * Attributes by keyword (`PatientName`). Texts as they are written, several values with `\` between them; '' for one without value;
 * items of a sequence in their order.
 */
export interface DataSet {
  readonly [keyword: string]: string | readonly DataSet[];
}

/** Text of an attribute; '' where there is none, and for sequences. */
export function textOf(set: DataSet | undefined, keyword: string): string {
  const value = set?.[keyword];
  return typeof value === 'string' ? value : '';
}

/** Items of a sequence; none where it has none. */
export function itemsOf(set: DataSet | undefined, keyword: string): readonly DataSet[] {
  const value = set?.[keyword];
  return typeof value === 'object' ? value : [];
}
