import type { CodeSystem, ConceptFilter } from '../../code-system.ts';
import type { ReleaseDatabase } from '../loaded-release.fixture.ts';
import type { ReleaseFormat } from '../release-format.ts';
import type { Content } from '../write-zip.fixture.ts';

/** Loads the files and answers the code system. @throws Error when anything is wrong with them */
export async function loadedSystem(
  database: ReleaseDatabase,
  format: ReleaseFormat,
  contents: Readonly<Record<string, Content>>,
  options: { readonly version?: string; readonly url?: string } = {},
): Promise<CodeSystem> {
  const report = await database.loadZip(`${format.name}.zip`, contents, { format, licenceAccepted: true, ...options });
  const system = await database.store.codeSystem(report.url ?? '', report.version);
  if (report.outcome !== 'loaded' || report.problems.length > 0 || system === undefined)
    throw new Error(JSON.stringify(report));
  return system;
}

/** Codes that the filter selects, in their order. */
export async function selectedCodes(
  system: CodeSystem,
  property: string,
  op: string,
  value: string,
): Promise<readonly string[]> {
  const filters: readonly ConceptFilter[] = [{ property, op, value }];
  const page = await system.select({ filters, isActiveOnly: false, offset: 0, count: 50 });
  return page.concepts.map(({ code }) => code);
}
