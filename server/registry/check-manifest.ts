import type { Contributes, Module } from '../sdk/module.ts';

const NAME = /^[a-z][a-z0-9-]{0,39}$/;
const VERSION = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?$/;
const FOLDER = /^(?:\.\/)?[\w-]+(?:\/[\w-]+)*\/?$/;
const SETTING = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const PAGE = /^\/[a-z0-9][a-z0-9/-]*$/;

/** Names of the folders that a manifest may speak of. */
export const FOLDERS = ['profiles', 'search', 'terminology', 'access', 'seed', 'demo'] as const;

/** Where build-sites.mjs looks. */
const SITE = './app';

/** What is wrong with the default export of a manifest; each line names the module. @param folder name of its folder */
export function checkManifest(folder: string, manifest: unknown): readonly string[] {
  if (!isModule(manifest)) {
    return [`modules/${folder}: the manifest must export default defineModule({ name, title, version, depends, … }).`];
  }
  const { name, version, depends, contributes, autoEnable } = manifest;
  const problems: string[] = [];
  const say = (text: string): void => void problems.push(`module ${folder}: ${text}`);
  if (!NAME.test(folder)) say('the name of a module has 1 to 40 of a-z, 0-9 and "-", and begins with a letter.');
  if (name !== folder) say(`its manifest is called ${name}; it must be called like its folder.`);
  if (!VERSION.test(version)) say(`version ${version} must be a semantic version such as 1.0.0.`);
  if (depends.includes(folder)) say('it depends on itself.');
  if (new Set(depends).size < depends.length) say('it names a module twice in depends.');
  if (autoEnable === true && depends.length < 2) say('a glue module depends on the modules that it joins.');
  problems.push(...checkContributions(contributes).map((text) => `module ${folder}: ${text}`));
  return problems;
}

function isModule(manifest: unknown): manifest is Module {
  if (typeof manifest !== 'object' || manifest === null) return false;
  const { title, version, depends, contributes, code } = manifest as Partial<Record<keyof Module, unknown>>;
  return (
    typeof title === 'string' &&
    typeof version === 'string' &&
    Array.isArray(depends) &&
    typeof contributes === 'object' &&
    contributes !== null &&
    typeof code === 'function'
  );
}

function checkContributions(contributes: Contributes): string[] {
  const problems: string[] = [];
  if (contributes.site !== undefined && contributes.site !== SITE) problems.push(`site must be ${SITE}.`);
  for (const kind of FOLDERS) {
    const path = contributes[kind];
    if (path !== undefined && !FOLDER.test(path)) problems.push(`${kind} must be a folder of the module: ./${kind}.`);
  }
  for (const { name } of contributes.settings ?? []) {
    if (!SETTING.test(name)) problems.push(`the name of setting ${name} has words of a-z and 0-9, joined by "-".`);
  }
  for (const { path, entry } of contributes.pages ?? []) {
    if (!PAGE.test(path)) problems.push(`path ${path} of a page must be such as /stock.`);
    if (!FOLDER.test(entry.replace(/\.[a-z]+$/, ''))) problems.push(`entry ${entry} of page ${path} must be a file.`);
  }
  return problems;
}
