import type { ParsedMessage } from '../../hl7/parsed-message.ts';
import { assignerSystem } from '../datatypes/identifier.ts';
import type { MapContext } from '../map-context.ts';
import { MapFailure } from '../mapped-message.ts';
import { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { limitOf, type ExactPart, type PatientQuery } from './patient-query.ts';

/**
 * A question in the original mode (QRY^A19, HL7 v2.5.1 §3.3.19): who has one of these numbers, or is called so (QRD-8).
 * @throws MapFailure 101 where it asks for nobody, 103 for what is not answered: other subjects than demographics, replies later
 */
export function patientLookup(message: ParsedMessage, context: MapContext): PatientQuery {
  const draft = new MappingDraft(message, context);
  const qrd = draft.first('QRD');
  if (qrd === undefined) throw new MapFailure('The message has no QRD: it asks for nothing', 'QRD', '101');
  if (qrd.text(3).toUpperCase() === 'D') throw new MapFailure('Replies are given at once', 'QRD^1^3', '103');
  const subjects = qrd.values(9).map((value) => value.text(1).toUpperCase());
  if (subjects.length > 0 && !subjects.includes('DEM'))
    throw new MapFailure('Of a patient demographics are answered', 'QRD^1^9', '103');
  const limit = limitOf(qrd.value(7)?.text(1) ?? '');
  const { search, exact } = searchOf(qrd, draft);
  search.set('_count', String(limit));
  search.set('_total', 'accurate');
  return { kind: 'lookup', message, search: `Patient?${search.toString()}`, exact, domains: [], limit };
}

/** XCN: numbers of several people, or one name. */
function searchOf(
  qrd: SegmentReader,
  draft: MappingDraft,
): { readonly search: URLSearchParams; readonly exact: readonly ExactPart[] } {
  const search = new URLSearchParams();
  const asked = qrd.values(8);
  const tokens = asked
    .filter((value) => value.text(1) !== '')
    .map((value) => {
      const system = assignerSystem(value.part(9), draft);
      const id = tokenText(value.text(1));
      return system === undefined ? id : `${tokenText(system)}|${id}`;
    });
  if (tokens.length > 0) {
    search.set('identifier', tokens.join(','));
    return { search, exact: [] };
  }
  const [name] = asked;
  const parts = (['family', 'given'] as const)
    .map((element, index) => ({ element, text: name?.text(index + 2) ?? '' }))
    .filter(({ text }) => text !== '');
  if (parts.length === 0) throw new MapFailure('QRD-8 names nobody', 'QRD^1^8', '101');
  for (const { element, text } of parts) search.append(element, tokenText(text));
  return { search, exact: parts };
}

/** https://hl7.org/fhir/R4/search.html#escaping */
function tokenText(text: string): string {
  return text.replace(/[\\,|$]/g, '\\$&');
}
