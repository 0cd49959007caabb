import { viewerApp } from './viewer-app.ts';

const PACS = { PACS_DICOMWEB: 'http://pacs:8042/dicom-web' };

test.each([
  ['the own gateway with a PACS', 'on', PACS, ['http://127.0.0.1:2580']],
  ['another port', 'on', { ...PACS, HL7_HTTP: 'http://127.0.0.1:9000' }, ['http://127.0.0.1:9000']],
  ['a proxy in front', 'on', { ...PACS, HL7_HTTP_URL: ' https://images.example/ ' }, ['https://images.example']],
  ['a gateway elsewhere', 'off', { HL7_HTTP_URL: 'https://images.example' }, ['https://images.example']],
  ['no PACS', 'on', {}, []],
  ['no HTTP', 'on', { ...PACS, HL7_HTTP: 'off' }, []],
  ['no gateway', 'off', PACS, []],
  ['an address that is none', 'on', { ...PACS, HL7_HTTP: 'nonsense' }, []],
] as const)('with %s', (_, hl7Gateway, env, origins) => {
  expect(viewerApp({ hl7Gateway }, env).map(({ origin }) => origin)).toEqual(origins);
});

test('it may see imaging studies, and nothing else', () => {
  expect(viewerApp({ hl7Gateway: 'on' }, PACS)).toMatchObject([{ scopes: 'openid fhirUser user/ImagingStudy.rs' }]);
});
