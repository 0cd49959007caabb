import { isFhirId } from '../../kernel/id.ts';
import { installedId } from './package-identity.ts';

const core = { name: 'hl7.fhir.us.core', version: '7.0.0' };

test.each(['us-core-patient', 'x', 'with_underscore', 'L'.repeat(64)])(
  'the id of %s is one, and the same each time',
  (id) => {
    const installed = installedId(core, 'StructureDefinition', id);
    expect(isFhirId(installed)).toBe(true);
    expect(installedId(core, 'StructureDefinition', id)).toBe(installed);
  },
);

test('versions, packages, types and ids keep apart', () => {
  const ids = [
    installedId(core, 'ValueSet', 'a'),
    installedId(core, 'ValueSet', 'b'),
    installedId(core, 'CodeSystem', 'a'),
    installedId({ ...core, version: '6.1.0' }, 'ValueSet', 'a'),
    installedId({ ...core, name: 'hl7.fhir.us.other' }, 'ValueSet', 'a'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});
