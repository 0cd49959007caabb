import { UnreadableRelease } from '../../problem.ts';
import type { ReleaseIdentity, ReleaseSpec } from '../../release-format.ts';
import { systemHeader } from '../system-header.ts';
import { rf2Files } from './rf2-files.ts';

export const SNOMED = 'http://snomed.info/sct';
const INTERNATIONAL = '900000000000207008';

/**
 * The version is the URI of edition and date (https://hl7.org/fhir/R4/snomedct.html#versions); that of an International
 * release follows from its file names.
 */
export async function identifyRf2({ input, version }: ReleaseSpec): Promise<ReleaseIdentity> {
  const [concepts] = rf2Files(input).concepts;
  const name = concepts?.name ?? '';
  const found = version ?? internationalVersion(name);
  if (found === undefined) {
    throw new UnreadableRelease(
      name,
      'does not tell its edition; give it with --version http://snomed.info/sct/MODULE/version/YYYYMMDD, MODULE being the identifier of the edition',
    );
  }
  if (!/^http:\/\/snomed\.info\/x?sct\/\d{6,18}\/version\/\d{8}$/.test(found)) {
    throw new UnreadableRelease(
      name,
      `the version ${found} is not like http://snomed.info/sct/MODULE/version/YYYYMMDD`,
    );
  }
  return {
    url: SNOMED,
    version: found,
    isCaseSensitive: true,
    hasRefsets: true,
    header: systemHeader({
      url: SNOMED,
      version: found,
      name: 'SNOMED_CT',
      title: 'SNOMED CT',
      publisher: 'SNOMED International',
      copyright: 'SNOMED CT is a registered trademark of SNOMED International; its use needs an affiliate licence.',
      valueSet: `${SNOMED}?fhir_vs`,
      isHierarchy: true,
    }),
  };
}

function internationalVersion(name: string): string | undefined {
  const date = /_INT_(\d{8})\.txt$/.exec(name)?.[1];
  return date === undefined ? undefined : `${SNOMED}/${INTERNATIONAL}/version/${date}`;
}
