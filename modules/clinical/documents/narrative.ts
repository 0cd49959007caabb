const XHTML = 'http://www.w3.org/1999/xhtml';
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A generated Narrative. https://hl7.org/fhir/R4/narrative.html */
export interface Narrative {
  readonly status: 'generated';
  readonly div: string;
}

/** Text as XHTML shows it; markup in it stays text. */
function escapeXhtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** What somebody typed: empty lines make paragraphs, others stay lines. */
export function narrativeOfText(text: string): Narrative {
  const paragraphs = text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
  const html = paragraphs.map((paragraph) => `<p>${escapeXhtml(paragraph).replace(/\r?\n/g, '<br/>')}</p>`);
  return narrative(html.length === 0 ? '<p>–</p>' : html.join(''));
}

export function narrativeOfList(items: readonly string[]): Narrative {
  return narrative(`<ul>${items.map((item) => `<li>${escapeXhtml(item)}</li>`).join('')}</ul>`);
}

function narrative(html: string): Narrative {
  return { status: 'generated', div: `<div xmlns="${XHTML}">${html}</div>` };
}
