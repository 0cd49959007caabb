/**
 * What a narrative may hold: the elements and attributes of HTML 4.0 for text, lists and tables (chapters 7 to 11 and
 * 15), links with href or name, and images. https://hl7.org/fhir/R4/narrative.html#xhtml
 */
const ELEMENTS = new Set(
  [
    'div span p br hr h1 h2 h3 h4 h5 h6 address bdo blockquote pre q',
    'em strong dfn code samp kbd var cite abbr acronym sub sup tt i b big small',
    'ul ol li dl dt dd table caption thead tfoot tbody colgroup col tr th td a img map area',
  ].flatMap((names) => names.split(' ')),
);

const EVERYWHERE = words('title style class id lang xml:lang dir xmlns accesskey tabindex');
const ALIGNED = 'align valign char charoff';
const OF_ELEMENT: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    a: 'href name rel rev hreflang charset type shape coords target',
    area: 'href alt shape coords nohref',
    blockquote: 'cite',
    br: 'clear',
    caption: 'align',
    col: `span width ${ALIGNED}`,
    colgroup: `span width ${ALIGNED}`,
    div: 'align',
    dl: 'compact',
    h1: 'align',
    h2: 'align',
    h3: 'align',
    h4: 'align',
    h5: 'align',
    h6: 'align',
    hr: 'align noshade size width',
    img: 'src alt longdesc height width usemap ismap name align border hspace vspace',
    li: 'type value',
    map: 'name',
    ol: 'type start compact',
    p: 'align',
    pre: 'width xml:space',
    q: 'cite',
    table: 'summary width border frame rules cellspacing cellpadding align bgcolor',
    tbody: ALIGNED,
    td: `abbr axis headers scope rowspan colspan nowrap width height bgcolor ${ALIGNED}`,
    tfoot: ALIGNED,
    th: `abbr axis headers scope rowspan colspan nowrap width height bgcolor ${ALIGNED}`,
    thead: ALIGNED,
    tr: `bgcolor ${ALIGNED}`,
    ul: 'type compact',
  }).map(([name, attributes]) => [name, words(attributes)]),
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

export function isNarrativeElement(name: string): boolean {
  return ELEMENTS.has(name);
}

export function isNarrativeAttribute(element: string, name: string): boolean {
  return EVERYWHERE.has(name) || OF_ELEMENT.get(element)?.has(name) === true;
}
