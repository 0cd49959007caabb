/** What decides how a CodeSystem is used, so that most of them need not be read. */
export interface CodeSystemFacts {
  readonly content?: string;
  /** Canonical of the system that it adds to. */
  readonly supplements?: string;
  /** Url of the value set of all its codes. */
  readonly valueSet?: string;
  /** It translates the system that it supplements. */
  readonly isLanguagePack?: true;
}

const SUPPLEMENT_TYPE = 'http://hl7.org/fhir/StructureDefinition/codesystem-supplement-type';

export function codeSystemFacts(resource: Readonly<Record<string, unknown>>): CodeSystemFacts {
  const { content, supplements, valueSet, extension } = resource;
  return {
    ...(typeof content === 'string' ? { content } : {}),
    ...(typeof supplements === 'string' ? { supplements } : {}),
    ...(typeof valueSet === 'string' ? { valueSet } : {}),
    ...(isLanguagePack(extension) ? { isLanguagePack: true } : {}),
  };
}

function isLanguagePack(extensions: unknown): boolean {
  if (!Array.isArray(extensions)) return false;
  return extensions.some((extension: unknown) => {
    const { url, valueCode } = (extension ?? {}) as Readonly<Record<string, unknown>>;
    return url === SUPPLEMENT_TYPE && valueCode === 'lang-pack';
  });
}
