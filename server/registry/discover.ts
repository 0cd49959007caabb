import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Module } from '../sdk/module.ts';
import { checkManifest } from './check-manifest.ts';
import { RegistryError } from './registry-error.ts';

/** A module that is there, enabled or not. */
export interface FoundModule {
  readonly manifest: Module;
  /** Where its files are. */
  readonly folder: string;
}

/**
 * The modules of a folder, by name: each folder in it that has a manifest. Their code is not loaded.
 * @param built where manifests are that were built from those of `folder`; undefined: the sources run
 * @throws RegistryError that names each manifest that cannot be used
 */
export async function discover(folder: string, built?: string): Promise<readonly FoundModule[]> {
  const found: FoundModule[] = [];
  const problems: string[] = [];
  for (const name of foldersIn(folder)) {
    const file = manifestFile(join(built ?? folder, name));
    if (file === undefined) continue;
    const manifest = await importManifest(file);
    problems.push(...checkManifest(name, manifest));
    found.push({ manifest: manifest as Module, folder: join(folder, name) });
  }
  if (problems.length > 0) throw new RegistryError(problems);
  return found;
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  return names.sort();
}

function manifestFile(folder: string): string | undefined {
  return ['manifest.ts', 'manifest.js'].map((name) => join(folder, name)).find((file) => existsSync(file));
}

async function importManifest(file: string): Promise<unknown> {
  // Relative, since that is what all of Node's loaders, and tests, understand alike; a variable, so that no bundler looks.
  const path = relative(dirname(fileURLToPath(import.meta.url)), file).replaceAll(sep, '/');
  const specifier = path.startsWith('.') ? path : `./${path}`;
  try {
    const loaded = (await import(specifier)) as { readonly default?: unknown };
    return loaded.default;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RegistryError([`${file} cannot be loaded: ${reason}`], { cause });
  }
}
