import { loadDefinitions } from '../definitions/load.ts';
import { parseJson, type JsonObject } from '../kernel/json.ts';
import { writeXml } from './write-xml.ts';

const definitions = loadDefinitions();
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';

function write(json: string, pretty = false): string {
  return writeXml(json, definitions, { pretty });
}

describe('writeXml', () => {
  test.each<[string, string, string]>([
    [
      'elements in the order of the definition',
      '{"birthDate":"2000","id":"p","resourceType":"Patient","active":true}',
      '<Patient xmlns="http://hl7.org/fhir"><id value="p"/><active value="true"/><birthDate value="2000"/></Patient>',
    ],
    ['an empty resource', '{"resourceType":"Patient"}', '<Patient xmlns="http://hl7.org/fhir"/>'],
    [
      'digits as they are',
      '{"resourceType":"Observation","valueQuantity":{"value":1.00}}',
      '<Observation xmlns="http://hl7.org/fhir"><valueQuantity><value value="1.00"/></valueQuantity></Observation>',
    ],
    [
      'attributes and extensions of primitives',
      '{"resourceType":"Patient","birthDate":"2000","_birthDate":{"id":"b","extension":[{"url":"urn:e","valueInteger":1}]},"_gender":{"id":"g"}}',
      '<Patient xmlns="http://hl7.org/fhir"><gender id="g"/><birthDate value="2000" id="b">' +
        '<extension url="urn:e"><valueInteger value="1"/></extension></birthDate></Patient>',
    ],
    [
      'companions of lists, however long',
      '{"resourceType":"Patient","name":[{"given":["a",null],"_given":[null,{"id":"x"},{"id":"y"}]}]}',
      '<Patient xmlns="http://hl7.org/fhir"><name><given value="a"/><given id="x"/><given id="y"/></name></Patient>',
    ],
    [
      'contained resources',
      '{"resourceType":"Patient","contained":[{"resourceType":"Basic","id":"b"}]}',
      '<Patient xmlns="http://hl7.org/fhir"><contained><Basic><id value="b"/></Basic></contained></Patient>',
    ],
    [
      'escapes',
      '{"resourceType":"Patient","name":[{"text":"<a> & \\"b\\"\\r\\n\\t"}]}',
      '<Patient xmlns="http://hl7.org/fhir"><name><text value="&lt;a> &amp; &quot;b&quot;&#13;&#10;&#9;"/></name></Patient>',
    ],
    [
      'the namespace of narrative that lacks it',
      '{"resourceType":"Patient","text":{"status":"generated","div":"<div><p>a</p></div>"}}',
      '<Patient xmlns="http://hl7.org/fhir"><text><status value="generated"/>' +
        '<div xmlns="http://www.w3.org/1999/xhtml"><p>a</p></div></text></Patient>',
    ],
  ])('writes %s', (_name, json, xml) => {
    expect(write(json)).toBe(HEAD + xml);
    expect(writeXml(parseJson(json) as JsonObject, definitions, { pretty: false })).toBe(HEAD + xml);
  });

  test('indents on request, but not within narrative', () => {
    const json =
      '{"resourceType":"Patient","text":{"status":"empty","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>a</p></div>"},"active":true}';
    expect(write(json, true)).toBe(`${HEAD}
<Patient xmlns="http://hl7.org/fhir">
  <text>
    <status value="empty"/>
    <div xmlns="http://www.w3.org/1999/xhtml"><p>a</p></div>
  </text>
  <active value="true"/>
</Patient>
`);
  });

  const narrative = (div: string): string => JSON.stringify({ resourceType: 'Patient', text: { div } });

  test.each<[string, string, RegExp]>([
    ['a control character', '{"resourceType":"Patient","name":[{"text":"\\u0001"}]}', /control character/],
    ['an unknown type', '{"resourceType":"Nonsense"}', /unknown type/],
    ['no resource', '[]', /not a resource/],
    ['an unknown element', '{"resourceType":"Patient","nmae":1}', /no element "nmae"/],
    ['a companion of a complex element', '{"resourceType":"Patient","_name":[{"id":"1"}]}', /no element "_name"/],
    ['an object for a primitive', '{"resourceType":"Patient","active":{}}', /active is not a primitive value/],
    ['a primitive for an object', '{"resourceType":"Patient","name":["Ann"]}', /name is not an object/],
    ['narrative that closes more than it opens', narrative('<div></div></text><text>'), /XHTML/],
    ['narrative with HTML entities', narrative('<div>&nbsp;</div>'), /XHTML/],
    ['narrative that is no div', narrative('<p xmlns="http://www.w3.org/1999/xhtml"/>'), /XHTML/],
    ['narrative with a DOCTYPE', narrative('<!DOCTYPE div><div xmlns="http://www.w3.org/1999/xhtml"/>'), /XHTML/],
    [
      'narrative with an XML declaration',
      narrative('<?xml version="1.0"?><div xmlns="http://www.w3.org/1999/xhtml"/>'),
      /XHTML/,
    ],
    [
      'narrative with elements of another namespace',
      narrative('<div xmlns="http://www.w3.org/1999/xhtml"><x xmlns="urn:x"/></div>'),
      /XHTML/,
    ],
    ['narrative that is text', narrative('hello'), /XHTML/],
  ])('refuses %s', (_name, json, message) => {
    expect(() => write(json)).toThrow(message);
    expect(() => write(json)).toThrow(expect.objectContaining({ code: 'format.notXml', status: 406 }) as Error);
  });
});
