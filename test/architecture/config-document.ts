import { GATEWAY_SETTINGS } from '../../hl7-gateway/gateway-settings.ts';
import { SETTINGS } from '../../server/boot/config.ts';
import type { Setting } from '../../server/kernel/setting.ts';
import { moduleSettingRows } from './module-document.ts';

/** server/docs/config.md as Markdown. */
export async function configDocument(): Promise<string> {
  const ofModules = await moduleSettingRows();
  return [
    '# Configuration',
    '',
    'Environment variables of the server. Generated from `server/boot/config.ts`, `hl7-gateway/gateway-settings.ts` and the manifests of modules by `npm run docs`; do not edit.',
    'A value that is not acceptable stops the start with a message that names the variable.',
    '',
    '| Variable | Takes | Default | Meaning |',
    '| --- | --- | --- | --- |',
    ...Object.values(SETTINGS).map(rowOf),
    '',
    '## HL7 gateway',
    '',
    '`npm start` starts it with the server and hands its own environment on.',
    '',
    '| Variable | Takes | Default | Meaning |',
    '| --- | --- | --- | --- |',
    ...Object.values(GATEWAY_SETTINGS).map(rowOf),
    '',
    '## Settings of modules',
    '',
    ...(ofModules.length === 0
      ? ['No module has any.']
      : ['| Variable | Module | Default | Meaning |', '| --- | --- | --- | --- |', ...ofModules]),
    '',
  ].join('\n');
}

function rowOf({ name, accepts, shown, text }: Pick<Setting<unknown>, 'name' | 'accepts' | 'shown' | 'text'>): string {
  return `| \`${name}\` | ${[accepts, shown, text].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
