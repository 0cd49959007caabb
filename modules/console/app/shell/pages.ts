import type { Parameters } from '@medplum/fhirtypes';
import { lazy, type ComponentType } from 'react';
import { parametersOf } from '../fhir/parameters.ts';
import type { FhirServer } from '../fhir/server.ts';

/** What a page gets. */
export interface PageProps {
  /** Segments of the address behind the page's own path: of `/chart/1`, `['1']`. */
  readonly rest: readonly string[];
}

/** A page that its user may open, as the server lists it. */
export interface Page {
  readonly path: string;
  readonly title: string;
  /** `main`: in the navigation; `patient`: for the patient at hand, whose id follows its path. */
  readonly slot: string;
  readonly show: ComponentType<PageProps>;
}

/** Pages of all modules that were there when the console was built, each loaded when it is opened. */
const BUILT = import.meta.glob<{ readonly Page: ComponentType<PageProps> }>('../../../*/pages/*.tsx');

/** The pages that the user may see, in the order of the modules. */
export async function pagesFor(server: FhirServer): Promise<readonly Page[]> {
  const modules = parametersOf(await server.get<Parameters>('$modules')).parts('module');
  return modules
    .flatMap((module) => module.parts('page'))
    .flatMap((page) => {
      const [module = '', file = ''] = (page.value<string>('entry') ?? '').split(/\/(.*)/s);
      const load = BUILT[module === 'console' ? `../../pages/${file}` : `../../../${module}/pages/${file}`];
      if (load === undefined) return [];
      return {
        path: page.value<string>('path') ?? '',
        title: page.value<string>('title') ?? '',
        slot: page.value<string>('slot') ?? '',
        show: lazy(async () => ({ default: (await load()).Page })),
      };
    });
}

/** The page of an address, with what follows its own path; the longest path wins. */
export function pageAt(
  pages: readonly Page[],
  path: string,
): { readonly page: Page; readonly rest: readonly string[] } | undefined {
  const found = pages
    .filter((page) => path === page.path || path.startsWith(`${page.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (found === undefined) return undefined;
  const rest = path
    .slice(found.path.length)
    .split('/')
    .filter((part) => part !== '');
  return { page: found, rest: rest.map(decodeURIComponent) };
}
