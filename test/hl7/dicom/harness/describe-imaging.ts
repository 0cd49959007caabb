import { hasDcmtk } from './dcmtk.ts';
import { hasOrthanc } from './orthanc.ts';

const NEEDED = [
  { isThere: hasOrthanc, packages: 'orthanc orthanc-dicomweb' },
  { isThere: hasDcmtk, packages: 'dcmtk' },
];

/**
 * `describe` for tests that need Orthanc with DICOMweb and dcmtk: skipped, with a word, where they are missing. With
 * REQUIRE_PROGRAMS=1 that is an error, so that a run which is there for them (.ci/imaging) cannot pass by skipping.
 */
export function describeImaging(name: string, tests: () => void): void {
  const missing = NEEDED.filter(({ isThere }) => !isThere()).map(({ packages }) => packages);
  if (missing.length === 0) {
    describe(name, tests);
    return;
  }
  const text = `no PACS to test with (Debian: apt-get install ${missing.join(' ')})`;
  if (process.env.REQUIRE_PROGRAMS === '1') throw new Error(text);
  console.warn(`skipped: ${text}`);
  describe.skip(name, tests);
}
