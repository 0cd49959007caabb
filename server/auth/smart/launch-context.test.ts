import { readLaunchContext } from './launch-context.ts';

test('a whole context is taken as it is', () => {
  const context = {
    patient: 'p1',
    encounter: 'e1',
    intent: 'reconcile-medications',
    need_patient_banner: true,
    smart_style_url: 'https://ehr.example.org/style.json',
    fhirContext: [
      { reference: 'ImagingStudy/1', role: 'subject' },
      { canonical: 'http://example.org/Questionnaire/q' },
      { identifier: { value: '1' }, type: 'ServiceRequest' },
    ],
  };
  expect(readLaunchContext(context)).toEqual(context);
  expect(readLaunchContext({})).toEqual({});
});

test.each([
  ['patient', 'Patient/p1'],
  ['patient', 1],
  ['encounter', 'x'.repeat(65)],
  ['intent', ''],
  ['intent', 'a\u0000b'],
  ['smart_style_url', 'https://ehr.example.org/\u0000'],
  ['intent', 'x'.repeat(201)],
  ['need_patient_banner', 'yes'],
  ['smart_style_url', 'javascript:alert(1)'],
  ['smart_style_url', 'style.json'],
  ['fhirContext', { reference: 'ImagingStudy/1' }],
  ['fhirContext', ['ImagingStudy/1']],
  ['fhirContext', [{ reference: 'Patient/p2' }]],
  ['fhirContext', [{ reference: 'https://evil.example/ImagingStudy/1' }]],
  ['fhirContext', Array.from({ length: 51 }, () => ({ reference: 'ImagingStudy/1' }))],
  ['fhirUser', 'Practitioner/2'],
  ['access_token', 'x'],
  ['tenant', '2'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
])('%s = %j is refused', (member, value) => {
  const input = Object.defineProperty({}, member, { value, enumerable: true });
  expect(() => readLaunchContext(input)).toThrow(/^launch\.invalid/);
});
