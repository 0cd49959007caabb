import { SETTINGS } from '../../server/boot/config.ts';
import { moduleSettingRows } from './module-document.ts';

/** server/docs/config.md as Markdown. */
export async function configDocument(): Promise<string> {
  const rows = Object.values(SETTINGS).map(
    ({ name, accepts, shown, text }) =>
      `| \`${name}\` | ${[accepts, shown, text].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  const ofModules = await moduleSettingRows();
  return [
    '# Configuration',
    '',
    'Environment variables of the server. Generated from `server/boot/config.ts` and the manifests of modules by `npm run docs`; do not edit.',
    'A value that is not acceptable stops the start with a message that names the variable.',
    '',
    '| Variable | Takes | Default | Meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '## Settings of modules',
    '',
    ...(ofModules.length === 0
      ? ['No module has any.']
      : ['| Variable | Module | Default | Meaning |', '| --- | --- | --- | --- |', ...ofModules]),
    '',
  ].join('\n');
}
