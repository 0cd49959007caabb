import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CanonicalEntry, compareVersions } from '../../../server/definitions/canonical-index.ts';
import { readPackage, type FhirPackage } from '../../../server/fhir/packages/read-package.ts';
import { entriesOf } from './case-files.ts';

/** FHIR packages that cases ask for: `hl7.fhir.us.core#6.1.0`, or without a version the newest. */
export interface CasePackages {
  /** Of those that are there; a case whose packages are missing runs without them. */
  entries(wanted: readonly string[]): readonly CanonicalEntry[];
}

/** The packages (`*.tgz`) in a folder, which need not exist. */
export async function readCasePackages(folder: string): Promise<CasePackages> {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.tgz')) : [];
  const packages: FhirPackage[] = [];
  for (const file of files) packages.push(await readPackage(readFileSync(join(folder, file)), false));
  packages.sort((a, b) => compareVersions(b.version, a.version));
  const entries = new Map<FhirPackage, readonly CanonicalEntry[]>();
  const entriesIn = (one: FhirPackage): readonly CanonicalEntry[] => {
    let known = entries.get(one);
    if (known === undefined) entries.set(one, (known = one.files.flatMap(({ resource }) => entriesOf(resource))));
    return known;
  };
  return {
    entries: (wanted) =>
      wanted.flatMap((label) => {
        const [name, version] = label.split('#');
        const found = packages.find((one) => one.name === name && (version === undefined || one.version === version));
        return found === undefined ? [] : entriesIn(found);
      }),
  };
}
