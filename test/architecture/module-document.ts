import { loadModules } from '../../server/boot/load-modules.ts';
import type { RegisteredModule } from '../../server/registry/registry.ts';
import { ALL_MODULES } from '../../server/registry/selection.ts';
import { settingName } from '../../server/registry/settings.ts';
import type { JsonObject } from '../../server/kernel/json.ts';

/** server/docs/modules.md as Markdown: what each module contributes. */
export async function moduleDocument(): Promise<string> {
  const { modules } = await loadModules(ALL_MODULES, {});
  return [
    '# Modules',
    '',
    'What the modules of this repository contribute, in load order. Generated from their manifests, code and files by',
    '`npm run docs`; do not edit. How a module is written: `modules/README.md`.',
    '',
    ...(modules.length === 0 ? ['There are none yet.', ''] : []),
    ...modules.flatMap(section),
  ].join('\n');
}

/** Rows of the settings of all modules for server/docs/config.md. */
export async function moduleSettingRows(): Promise<readonly string[]> {
  const { modules } = await loadModules(ALL_MODULES, {});
  return modules.flatMap(({ manifest }) =>
    (manifest.contributes.settings ?? []).map((setting) =>
      row([`\`${settingName(manifest.name, setting.name)}\``, manifest.name, setting.default, setting.text]),
    ),
  );
}

function section({ manifest, code, data }: RegisteredModule): string[] {
  const { name, title, version, depends, autoEnable, contributes } = manifest;
  const needs = depends.map((each) => `\`${each}\``).join(', ');
  const glue = autoEnable === true ? 'Glue: enabled exactly when these are. ' : '';
  const rows = [
    ...(code.rules ?? []).map((rule) => ['rule', rule.name, `on ${[rule.on].flat().join(', ')}`]),
    ...(code.operations ?? []).map((operation) => [
      'operation',
      `$${operation.code}`,
      `${[...(operation.types ?? []), ...(operation.levels.includes('system') ? ['system'] : [])].join(', ')}: ${operation.text}`,
    ]),
    ...(code.projections ?? []).map((projection) => ['projection', projection.name, `of ${projection.on.join(', ')}`]),
    ...(code.bots ?? []).map((bot) => [
      'bot',
      bot.name,
      `${bot.title}: ${'criteria' in bot.on ? bot.on.criteria : bot.on.cron}`,
    ]),
    ...(code.cdsServices ?? []).map((service) => ['CDS service', service.id, `${service.hook}: ${service.text}`]),
    ...(code.reports ?? []).map((report) => ['report', report.id, report.text]),
    ...(code.hl7Maps ?? []).map((map) => ['HL7 map', map.event, '']),
    ...data.definitions.map(({ json }) => [
      kindOf(json),
      textOf(json.url) || textOf(json.id),
      textOf(json.description),
    ]),
    ...data.roles.map(({ json }) => [
      'role',
      textOf(json.name) || `adds to ${textOf(json.extends)}`,
      textOf(json.title),
    ]),
    ...(contributes.site === undefined ? [] : [['web application', `/${name}/`, title]]),
    ...(contributes.pages ?? []).map((page) => [
      'page',
      page.path,
      `${page.title}, for ${page.roles.join(', ') || 'everybody'}`,
    ]),
    ...(contributes.settings ?? []).map((setting) => ['setting', settingName(name, setting.name), setting.text]),
  ];
  return [
    `## ${title}`,
    '',
    `\`${name}\` ${version}. ${needs === '' ? 'Depends on no other.' : `${glue}Depends on ${needs}.`}`,
    '',
    ...(rows.length === 0 ? [] : ['| Kind | Name | What it is |', '| --- | --- | --- |', ...rows.map(row), '']),
  ];
}

function kindOf({ resourceType, type }: JsonObject): string {
  if (resourceType !== 'StructureDefinition') return textOf(resourceType);
  return type === 'Extension' ? 'extension' : 'profile';
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function textOf(value: JsonObject[string]): string {
  return typeof value === 'string' ? value : '';
}
