/** Most results that are shown. */
const SHOWN = '50';

/**
 * The search for a patient: what has a digit is an identifier, everything else are beginnings of names, which all must be
 * there. Merged records lead to the one that is kept, so that they are not shown.
 */
export function patientQuery(text: string, birthDate: string): Readonly<Record<string, string>> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const isNumber = /\d/.test(text);
  return {
    ...(text === '' ? {} : isNumber ? { identifier: text } : { name: words.map(escaped).join(' ') }),
    ...(birthDate === '' ? {} : { birthdate: birthDate }),
    'active:not': 'false',
    _sort: 'family',
    _count: SHOWN,
    _total: 'accurate',
  };
}

/** https://hl7.org/fhir/R4/search.html#escaping */
function escaped(word: string): string {
  return word.replace(/[\\,$|]/g, (character) => `\\${character}`);
}
