import type { JsonArray, JsonObject, JsonValue } from '../../kernel/json.ts';
import { addIssue, type Walk } from '../walk.ts';

const LESS_THAN = 60;

/**
 * Texts that look like HTML tags are a danger to whoever shows them without escaping.
 * https://hl7.org/fhir/R4/security.html#narrative
 */
export function checkMarkup(
  value: JsonValue,
  _parent: JsonObject | JsonArray,
  _key: string | number,
  walk: Walk,
): void {
  if (typeof value !== 'string' || tagIn(value) === undefined) return;
  const text =
    'The text looks like it holds HTML tags. Expected is plain text, which readers escape when they show it.';
  addIssue(walk, 'security', text, walk.options.refuseMarkup === true ? 'error' : 'information');
}

/** Markdown has its own marks; HTML between them is escaped or dropped by careful readers. */
export function checkMarkupInMarkdown(
  value: JsonValue,
  _parent: JsonObject | JsonArray,
  _key: string | number,
  walk: Walk,
): void {
  const tag = typeof value === 'string' ? tagIn(value) : undefined;
  if (tag === undefined) return;
  const text = `The markdown holds what looks like an HTML tag: ${tag}. Expected are the marks of markdown; write &lt; for "<".`;
  addIssue(walk, 'security', text, walk.options.refuseMarkup === true ? 'error' : 'warning');
}

/** The start of the first tag in a text, such as `<b` or `</b`; `a < b` and `<<b` hold none. */
function tagIn(text: string): string | undefined {
  let at = text.indexOf('<');
  if (at === -1) return undefined;
  const end = text.lastIndexOf('>');
  for (; at !== -1 && at < end; at = text.indexOf('<', at + 1)) {
    const [tag] = /^<\/?[A-Za-z][A-Za-z0-9]{0,20}(?=[\s/>])/.exec(text.slice(at, at + 25)) ?? [];
    if (tag !== undefined && text.charCodeAt(at - 1) !== LESS_THAN) return tag;
  }
  return undefined;
}

/** https://www.rfc-editor.org/rfc/rfc4648#section-3.3 */
export function checkBase64Form(
  value: JsonValue,
  _parent: JsonObject | JsonArray,
  _key: string | number,
  walk: Walk,
): void {
  if (typeof value !== 'string' || !/\s/.test(value)) return;
  addIssue(walk, 'value', 'Base64 should hold no white space. Expected is one line of its characters.', 'warning');
}
