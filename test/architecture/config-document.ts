import { SETTINGS } from '../../server/boot/config.ts';

/** server/docs/config.md as Markdown. */
export function configDocument(): string {
  const rows = Object.values(SETTINGS).map(
    ({ name, accepts, shown, text }) =>
      `| \`${name}\` | ${[accepts, shown, text].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  return [
    '# Configuration',
    '',
    'Environment variables of the server. Generated from `server/boot/config.ts` by `npm run docs`; do not edit.',
    'A value that is not acceptable stops the start with a message that names the variable.',
    '',
    '| Variable | Takes | Default | Meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
