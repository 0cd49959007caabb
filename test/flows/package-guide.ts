import { packageArchive } from './package-archive.ts';

export const GUIDE = 'http://example.org/guide';

export const colours = {
  resourceType: 'CodeSystem',
  id: 'colours',
  url: `${GUIDE}/CodeSystem/colours`,
  version: '1.0.0',
  name: 'Colours',
  status: 'active',
  content: 'complete',
  concept: [{ code: 'red' }, { code: 'blue' }],
};
export const colourSet = {
  resourceType: 'ValueSet',
  id: 'colours',
  url: `${GUIDE}/ValueSet/colours`,
  version: '1.0.0',
  name: 'Colours',
  status: 'active',
  compose: { include: [{ system: colours.url }] },
};
export const extension = structure('favourite', 'Extension', [
  { id: 'Extension.url', path: 'Extension.url', fixedUri: `${GUIDE}/StructureDefinition/favourite` },
  {
    id: 'Extension.value[x]',
    path: 'Extension.value[x]',
    type: [{ code: 'code' }],
    binding: { strength: 'required', valueSet: `${colourSet.url}|1.0.0` },
  },
]);
export const profile = structure('patient', 'Patient', [
  {
    id: 'Patient.extension',
    path: 'Patient.extension',
    slicing: { discriminator: [{ type: 'value', path: 'url' }], rules: 'open' },
  },
  {
    id: 'Patient.extension:favourite',
    path: 'Patient.extension',
    sliceName: 'favourite',
    min: 1,
    max: '1',
    type: [{ code: 'Extension', profile: [extension.url] }],
  },
  { id: 'Patient.birthDate', path: 'Patient.birthDate', min: 1 },
]);
export const parameter = {
  resourceType: 'SearchParameter',
  id: 'patient-favourite',
  url: `${GUIDE}/SearchParameter/patient-favourite`,
  version: '1.0.0',
  name: 'favourite',
  status: 'active',
  description: 'The favourite colour.',
  code: 'favourite',
  base: ['Patient'],
  type: 'token',
  expression: `Patient.extension.where(url = '${extension.url}').value.ofType(code)`,
};
export const guide = {
  resourceType: 'ImplementationGuide',
  id: 'guide',
  url: `${GUIDE}/ImplementationGuide/guide`,
  version: '1.0.0',
  name: 'Guide',
  status: 'active',
  packageId: 'example.guide',
  fhirVersion: ['4.0.1'],
  definition: {
    resource: [
      { reference: { reference: 'StructureDefinition/patient' }, exampleBoolean: false },
      { reference: { reference: 'Patient/example' }, exampleCanonical: profile.url },
    ],
  },
};
const example = { ...patient('red'), id: 'example' };

/** A profile on a type, or an extension of Patient. */
export function structure(
  id: string,
  type: 'Patient' | 'Extension',
  element: readonly object[],
): { readonly url: string } {
  const isExtension = type === 'Extension';
  const definition = {
    resourceType: 'StructureDefinition',
    id,
    url: `${GUIDE}/StructureDefinition/${id}`,
    version: '1.0.0',
    name: id,
    status: 'active',
    fhirVersion: '4.0.1',
    kind: isExtension ? 'complex-type' : 'resource',
    abstract: false,
    context: isExtension ? [{ type: 'element', expression: 'Patient' }] : undefined,
    type,
    baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`,
    derivation: 'constraint',
    differential: { element },
  };
  return definition;
}

export function patient(colour: string): object {
  return {
    resourceType: 'Patient',
    meta: { profile: [`${GUIDE}/StructureDefinition/patient|1.0.0`] },
    extension: [{ url: `${GUIDE}/StructureDefinition/favourite`, valueCode: colour }],
    birthDate: '2001-02-03',
  };
}

export function guideArchive(version = '1.0.0', manifest: object = {}): Promise<Buffer> {
  return packageArchive('example.guide', version, {
    manifest,
    files: {
      '.index.json': { 'index-version': 1, files: [] },
      'CodeSystem-colours.json': colours,
      'ValueSet-colours.json': colourSet,
      'StructureDefinition-favourite.json': extension,
      'StructureDefinition-patient.json': profile,
      'SearchParameter-patient-favourite.json': parameter,
      'ImplementationGuide-guide.json': guide,
      'example/Patient-example.json': example,
      'other/notes.txt': 'nothing',
    },
  });
}
