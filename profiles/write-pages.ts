import type { JsonObject } from '../server/kernel/json.ts';
import { clinicFiles, type ClinicFile } from './clinic-files.ts';
import { profilePage } from './profile-page.ts';

/** The pages of the profiles: path from the root and a function that makes the text. */
export function profileDocuments(): (readonly [string, () => string])[] {
  const files = clinicFiles('.');
  const pages = files
    .filter(isStructure)
    .map(
      ({ resource }) =>
        [`profiles/clinic/pages/${idOf(resource)}.md`, () => profilePage(resource, examplesOf(resource))] as const,
    );
  return [['profiles/clinic/README.md', () => overview(files)], ...pages];
}

function isStructure({ resource }: ClinicFile): boolean {
  return resource.resourceType === 'StructureDefinition';
}

function examplesOf({ url }: JsonObject): (ClinicFile & { readonly folder: 'valid' | 'invalid' })[] {
  return (['valid', 'invalid'] as const).flatMap((folder) =>
    clinicFiles(`examples/${folder}`)
      .filter(({ resource }) => JSON.stringify(resource).includes(`"${String(url)}"`))
      .map((file) => ({ ...file, folder })),
  );
}

function overview(files: readonly ClinicFile[]): string {
  const list = (keep: (file: ClinicFile) => boolean, line: (resource: JsonObject) => string): string[] =>
    files.filter(keep).map(({ resource }) => line(resource));
  const page = (resource: JsonObject): string =>
    `| [${String(resource.title)}](pages/${idOf(resource)}.md) | ${String(resource.type)} | ${String(resource.description)} |`;
  const term = (resource: JsonObject): string =>
    `| ${String(resource.title)} | ${String(resource.resourceType)} | \`${String(resource.url)}\` | ${String(resource.description)} |`;
  return [
    '# Profiles of the clinic',
    '',
    'Profiles and extensions that the modules share. Every server knows them, without a database: a resource that names one',
    'in `meta.profile` is held to it, and the setting `PROFILES` applies them to all resources of a type.',
    'Generated from the files in this folder by `npm run docs`; do not edit.',
    '',
    '| Profile or extension | On | What it is |',
    '| --- | --- | --- |',
    ...list(isStructure, page),
    '',
    '## Codes',
    '',
    '| Name | Kind | Canonical | What it is |',
    '| --- | --- | --- | --- |',
    ...list((file) => !isStructure(file), term),
    '',
    'Examples stand in `examples/valid`, and one for each rule that breaks it in `examples/invalid`.',
    '',
  ].join('\n');
}

function idOf({ id }: JsonObject): string {
  return typeof id === 'string' ? id : '';
}
