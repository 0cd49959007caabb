import type { AnyResource, ClinicReader, ModuleContext, Stored, TypeName } from '#sdk';

/** What a section of a patient summary is made from. */
export interface SummaryReader {
  readonly context: ModuleContext & ClinicReader;
  /** `Patient/1` */
  readonly patient: string;
}

/** One fact of a section. */
export interface SummaryItem {
  readonly resource: Stored<TypeName>;
  /** For people. */
  readonly text: string;
  /** What the resource refers to and nobody understands it without. */
  readonly needs?: readonly Stored<TypeName>[];
}

/** A section of an International Patient Summary. https://hl7.org/fhir/uv/ips/ */
export interface SummarySection {
  readonly title: string;
  /** LOINC */
  readonly code: string;
  readonly display: string;
  gather(reader: SummaryReader): Promise<readonly SummaryItem[]>;
  /** Of required sections: a resource that says that nothing is known. @param subject the patient's full URL */
  absent?(subject: string): AnyResource;
}

/** `Amoxicillin (2026-11-20): 250 mg` without what is not there. */
export function line(
  name: string | undefined,
  date: string | undefined,
  ...rest: readonly (string | undefined)[]
): string {
  const more = rest.filter((each) => each !== undefined && each !== '').join(', ');
  return `${name ?? 'Unnamed'}${date === undefined ? '' : ` (${date.slice(0, 10)})`}${more === '' ? '' : `: ${more}`}`;
}

export function query(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(parameters).toString();
}
