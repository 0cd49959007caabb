import { tryPath, writePath } from './dicom-path.ts';

/**
 * The address here of what a PACS names by an address of its own, whatever name it gives itself; undefined when that is nothing
 * which is served here.
 * @param said as the PACS wrote it: whole, or relative to what it was asked
 * @param asked of the PACS
 * @param base of DICOMweb here, without a slash at the end
 */
export function proxiedUrl(said: string, asked: URL, base: string): string | undefined {
  if (said === '' || !URL.canParse(said, asked.href)) return undefined;
  const { pathname, search } = new URL(said, asked);
  const at = pathname.lastIndexOf('/studies/');
  const path = at === -1 || search !== '' ? undefined : tryPath(pathname.slice(at + 1));
  return path === undefined ? undefined : `${base}/${writePath(path)}`;
}
