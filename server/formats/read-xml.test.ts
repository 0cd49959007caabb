import { loadDefinitions } from '../definitions/load.ts';
import { Fault } from '../kernel/fault.ts';
import { stringifyJson } from '../kernel/json.ts';
import { readXml } from './read-xml.ts';

const definitions = loadDefinitions();

const patient = (content: string): string => `<Patient xmlns="http://hl7.org/fhir">${content}</Patient>`;
const DIV = '<div xmlns="http://www.w3.org/1999/xhtml">';

function read(xml: string): string {
  return stringifyJson(readXml(xml, definitions));
}

function refusal(xml: string): Fault {
  try {
    readXml(xml, definitions);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('readXml reads', () => {
  test.each<[string, string, string]>([
    [
      'a declaration, comments and white space',
      `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- a -->\n${patient('\n <!-- b --> <active value="true"/>\n')}`,
      '{"resourceType":"Patient","active":true}',
    ],
    [
      'a prefix for FHIR',
      `<f:Patient xmlns:f="http://hl7.org/fhir"><f:text><f:status value="empty"/>${DIV}a<br/></div></f:text></f:Patient>`,
      `{"resourceType":"Patient","text":{"status":"empty","div":"${DIV.replaceAll('"', '\\"')}a<br/></div>"}}`,
    ],
    [
      'a schema location',
      '<Patient xmlns="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"/>',
      '{"resourceType":"Patient"}',
    ],
    [
      'lists with gaps',
      patient(
        '<name><given value="Ann"/><given id="g2"/><given value="Bea"><extension url="urn:e"><valueCode value="x"/></extension></given></name>',
      ),
      '{"resourceType":"Patient","name":[{"given":["Ann",null,"Bea"],"_given":[null,{"id":"g2"},{"extension":[{"url":"urn:e","valueCode":"x"}]}]}]}',
    ],
    [
      'a list of companions alone',
      patient('<name><given id="g1"/><given id="g2"/></name>'),
      '{"resourceType":"Patient","name":[{"_given":[{"id":"g1"},{"id":"g2"}]}]}',
    ],
    [
      'an id of a resource and of an element',
      patient('<id value="p1"/><birthDate id="b1" value="2000"/>'),
      '{"resourceType":"Patient","id":"p1","birthDate":"2000","_birthDate":{"id":"b1"}}',
    ],
    [
      'contained resources',
      patient('<contained><Basic><id value="b"/></Basic></contained><contained><Basic/></contained>'),
      '{"resourceType":"Patient","contained":[{"resourceType":"Basic","id":"b"},{"resourceType":"Basic"}]}',
    ],
    [
      'resources in a Bundle',
      '<Bundle xmlns="http://hl7.org/fhir"><entry><resource><Basic/></resource></entry></Bundle>',
      '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Basic"}}]}',
    ],
    [
      'escapes in values',
      patient('<name><text value="&lt;&amp;&quot;&apos;&#10;&#x1F600;"/></name>'),
      '{"resourceType":"Patient","name":[{"text":"<&\\"\'\\n😀"}]}',
    ],
    [
      'a self-closing narrative',
      patient('<text><div xmlns="http://www.w3.org/1999/xhtml"/></text>'),
      '{"resourceType":"Patient","text":{"div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"/>"}}',
    ],
    [
      'narrative with comments, entities, CDATA and divs inside, as it is written',
      patient(`<text>${DIV}<!-- c --><div>a &amp; b</div><![CDATA[<x>]]></div></text>`),
      `{"resourceType":"Patient","text":{"div":"${DIV.replaceAll('"', '\\"')}<!-- c --><div>a &amp; b</div><![CDATA[<x>]]></div>"}}`,
    ],
  ])('%s', (_name, xml, json) => {
    expect(read(xml)).toBe(json);
  });

  test.each(['1.00', '0.0', '-0', '1e3', '1.50E-7', '12345678901234567890.123456789'])('the digits of %s', (digits) => {
    const xml = `<Observation xmlns="http://hl7.org/fhir"><valueQuantity><value value="${digits}"/></valueQuantity></Observation>`;
    expect(read(xml)).toBe(`{"resourceType":"Observation","valueQuantity":{"value":${digits}}}`);
  });
});

describe('readXml refuses', () => {
  test.each<[string, string, RegExp]>([
    ['nothing', '', /root element|no resource/],
    ['text that is no XML', 'hello', /./],
    ['an open element', '<Patient xmlns="http://hl7.org/fhir"><name>', /unclosed/],
    ['a DOCTYPE', `<!DOCTYPE Patient>${patient('')}`, /DOCTYPE/],
    [
      'an entity',
      `<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>${patient('<active value="&x;"/>')}`,
      /DOCTYPE/,
    ],
    ['an undeclared entity', patient('<name><text value="&nbsp;"/></name>'), /undefined entity/],
    [
      'an entity named like a member of Object',
      patient('<name><text value="&constructor;"/></name>'),
      /undefined entity/,
    ],
    ['an entity in narrative', patient(`<text>${DIV}&nbsp;</div></text>`), /undefined entity/],
    ['a processing instruction', patient('<?php x ?>'), /Processing instructions/],
    [
      'a processing instruction in narrative',
      patient(`<text>${DIV}<?php x ?></div></text>`),
      /Processing instructions/,
    ],
    ['another encoding', `<?xml version="1.0" encoding="ISO-8859-1"?>${patient('')}`, /UTF-8/],
    ['U+0000', patient('<name><text value="&#0;"/></name>'), /character/],
    ['half a surrogate pair', patient('<name><text value="&#xD800;"/></name>'), /character/],
    ['no namespace', '<Patient/>', /namespace http:\/\/hl7\.org\/fhir/],
    ['another namespace', '<Patient xmlns="http://hl7.org/fhir/other"/>', /namespace http:\/\/hl7\.org\/fhir/],
    ['another namespace inside', patient('<name xmlns="urn:x"/>'), /namespace/],
    ['XHTML for an element', patient('<name xmlns="http://www.w3.org/1999/xhtml"/>'), /namespace/],
    ['an unknown resource type', '<Nonsense xmlns="http://hl7.org/fhir"/>', /not a resource type/],
    ['a data type as root', '<HumanName xmlns="http://hl7.org/fhir"/>', /not a resource type/],
    ['an abstract type', '<Resource xmlns="http://hl7.org/fhir"/>', /not a resource type/],
    ['an unknown element', patient('<nmae/>'), /Patient has no element "nmae", but id, meta,/],
    ['a choice without its type', patient('<deceased value="true"/>'), /no element "deceased"/],
    ['a companion as element', patient('<_birthDate/>'), /no element "_birthDate"/],
    ['an attribute as element', patient('<extension><url value="urn:x"/></extension>'), /no element "url"/],
    ['an unknown attribute', patient('<active valeu="true"/>'), /no attribute "valeu"; it takes id, value/],
    ['an attribute on a resource', '<Patient xmlns="http://hl7.org/fhir" id="1"/>', /no attribute "id"; it takes none/],
    ['a value on a complex element', patient('<name value="x"/>'), /no attribute "value"/],
    [
      'an attribute of another namespace',
      patient('<active xmlns:x="urn:x" x:value="true"/>'),
      /no attribute "x:value"/,
    ],
    ['a repeated attribute', patient('<active value="true" value="true"/>'), /duplicate attribute/],
    ['a repeated element', patient('<active value="true"/><active value="true"/>'), /active may appear only once/],
    ['a repeated element with companion only', patient('<active id="a"/><active value="true"/>'), /only once/],
    ['an element without content', patient('<active/>'), /active needs a value or an extension/],
    ['a malformed boolean', patient('<active value="yes"/>'), /"yes" is not a boolean/],
    ['a malformed number', patient('<multipleBirthInteger value="+1"/>'), /"\+1" is not a number/],
    ['two numbers', patient('<multipleBirthInteger value="1,2"/>'), /not a number/],
    ['a number out of range', patient('<multipleBirthInteger value="1e999"/>'), /not a number/],
    ['text', patient('<active>true</active>'), /Text is not allowed/],
    ['CDATA', patient('<active><![CDATA[true]]></active>'), /Text is not allowed/],
    ['an empty contained', patient('<contained/>'), /must hold a resource/],
    ['two resources in one contained', patient('<contained><Basic/><Basic/></contained>'), /Only one resource/],
    ['narrative in the namespace of FHIR', patient('<text><div>x</div></text>'), /must be XHTML/],
    ['prefixed narrative', patient('<text><h:div xmlns:h="http://www.w3.org/1999/xhtml"/></text>'), /without prefixes/],
    [
      'prefixes within narrative',
      `<Patient xmlns="http://hl7.org/fhir" xmlns:s="urn:s"><text>${DIV}<s:s/></div></text></Patient>`,
      /without prefixes/,
    ],
  ])('%s', (_name, xml, text) => {
    const fault = refusal(xml);
    expect(fault).toMatchObject({ code: 'format.badXml', status: 400 });
    expect(fault.issues[0]?.text).toMatch(text);
    expect(fault.issues[0]).toMatchObject({ line: expect.any(Number) as number, column: expect.any(Number) as number });
  });

  test('and says where', () => {
    expect(
      refusal('<Patient xmlns="http://hl7.org/fhir">\n  <active value="true"/>\n  <nmae/>\n</Patient>').issues[0],
    ).toMatchObject({
      line: 3,
      column: 3,
    });
  });

  test.each<[string, string]>([
    ['elements', `<Patient xmlns="http://hl7.org/fhir">${'<extension url="u">'.repeat(200_000)}`],
    ['narrative', patient(`<text>${DIV}${'<p>'.repeat(200_000)}</div></text>`)],
  ])('200,000 levels of %s at once', (_name, xml) => {
    const start = performance.now();
    expect(refusal(xml).issues[0]?.text).toMatch(/Nested deeper than 64 levels/);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
