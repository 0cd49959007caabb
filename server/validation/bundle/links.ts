import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssueAt, type Walk } from '../walk.ts';

const UNIQUE = ['self', 'first', 'previous', 'prev', 'next', 'last'];

/** A Bundle is one page: it has one self, one next… https://hl7.org/fhir/R4/http.html#paging */
export function checkLinks({ link }: JsonObject, walk: Walk): void {
  if (!Array.isArray(link)) return;
  const seen = new Set<string>();
  link.forEach((item, index) => {
    if (!isObject(item) || typeof item.relation !== 'string') return;
    const { relation } = item;
    if (seen.has(relation) && UNIQUE.includes(relation)) {
      const text = `There is a link with the relation ${relation} already. Expected is one link for each relation.`;
      addIssueAt(walk, ['link', index, 'relation'], 'duplicate', text);
    }
    seen.add(relation);
  });
}
