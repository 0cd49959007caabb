import { join } from 'node:path';
import { packageRoot } from '../kernel/package-root.ts';
import type { Mount } from '../http/app.ts';
import { siteFiles } from '../http/site-files.ts';
import type { Registry } from '../registry/registry.ts';

/** Names and titles of the modules that run and have a web application. */
export function sitesOf({ modules }: Registry): readonly { readonly name: string; readonly title: string }[] {
  return modules.filter(({ manifest }) => manifest.contributes.site !== undefined).map(({ manifest }) => manifest);
}

/** The web applications of modules, as build-sites.mjs built them: each below the name of its module. */
export function openSites(registry: Registry): readonly Mount[] {
  return sitesOf(registry).map(({ name }) => ({
    path: `/${name}`,
    handler: siteFiles(join(packageRoot(), 'dist', 'sites', name)),
  }));
}
