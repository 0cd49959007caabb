import { stringifyJson } from '../../kernel/json.ts';
import type { Issue } from '../../kernel/fault.ts';
import { outcomeOf } from '../outcome.ts';

/** Why an entry is in a searchset. https://hl7.org/fhir/R4/valueset-search-entry-mode.html */
export type EntryMode = 'match' | 'include';

/** One entry, as JSON text. @param text the resource's */
export function searchsetEntry(baseUrl: string, type: string, id: string, text: string, mode: EntryMode): string {
  return `{"fullUrl":"${baseUrl}/${type}/${id}","resource":${text},"search":{"mode":"${mode}"}}`;
}

/** The entry that tells what about the search the client should know. */
export function outcomeEntry(issues: readonly Issue[]): string {
  return `{"resource":${stringifyJson(outcomeOf(issues))},"search":{"mode":"outcome"}}`;
}

/**
 * A searchset Bundle, as JSON text. https://hl7.org/fhir/R4/bundle.html#searchset
 * @param links see linksText
 * @param total number of matches over all pages, when known
 */
export function searchsetText(links: string, total: number | undefined, entries: readonly string[]): string {
  const count = total === undefined ? '' : `"total":${total},`;
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`;
  return `{"resourceType":"Bundle","type":"searchset",${count}${links}${list}}`;
}
