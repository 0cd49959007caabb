// `npm run bench`: see options.ts.
import { writeFileSync } from 'node:fs';
import type { Target } from './bench-request.ts';
import { measure } from './measure.ts';
import { BENCH_USAGE, parseBenchOptions, type BenchOptions } from './options.ts';
import { buildServer, startOwnServer, type OwnServer } from './own-server.ts';
import { postBundles } from './post-bundles.ts';
import { markdown, postedMarkdown } from './report.ts';

async function run(options: BenchOptions): Promise<void> {
  if (options.target !== undefined) return runAgainst(options, options.target, undefined);
  buildServer();
  // Whole records of another system are not all valid; how many are is the business of `athanor validate`.
  const server = await startOwnServer(options.bundles.length > 0 ? { env: { VALIDATION: 'structure' } } : {});
  try {
    await runAgainst(options, { base: server.base, token: undefined }, server);
  } finally {
    await server.dispose();
  }
}

async function runAgainst(options: BenchOptions, target: Target, own: OwnServer | undefined): Promise<void> {
  if (options.bundles.length > 0) {
    process.stdout.write(postedMarkdown(await postBundles(target, options.bundles)));
    return;
  }
  const report = await measure(options, target, own);
  process.stdout.write(markdown(report));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
}

function parse(): BenchOptions | undefined {
  try {
    const options = parseBenchOptions(process.argv.slice(2));
    if (options === undefined) process.stdout.write(`${BENCH_USAGE}\n`);
    return options;
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n\n${BENCH_USAGE}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

const options = parse();
if (options !== undefined) await run(options);
