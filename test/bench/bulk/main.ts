// `npm run bench:bulk -- [--resources N]`: time and memory of the export of a million resources.
import { parseArgs } from 'node:util';
import { measureExport } from '../../bulk/measure-export.ts';
import startDatabase from '../../harness/global-setup.ts';
import stopDatabase from '../../harness/global-teardown.ts';

const { values } = parseArgs({ options: { resources: { type: 'string', default: '1000000' } } });
const MOST = 300;

await startDatabase();
try {
  const { seconds, count, before, peak } = await measureExport(Number(values.resources));
  const [idle, most] = [before, peak].map((bytes) => Math.round(bytes / 1_048_576));
  process.stdout.write(
    `${count} resources in ${seconds.toFixed(1)} s (${Math.round(count / seconds)}/s); ` +
      `RSS of the process at most ${most} MB, ${idle} MB before it began\n`,
  );
  if (count !== Number(values.resources) || (most ?? 0) >= MOST) process.exitCode = 1;
} finally {
  await stopDatabase();
}
