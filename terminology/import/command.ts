import { openBulkConnection, type BulkConnection } from '../../server/storage/bulk-connection.ts';
import { parseTerminologyOptions, TERMINOLOGY_USAGE, type TerminologyCommand } from './command-options.ts';
import { showLoadProgress } from './load-progress.ts';
import { loadRelease, type LoadReport } from './load-release.ts';
import { listReleases, removeRelease, sweepReleases, useRelease } from './manage-releases.ts';

/** The migrated database that the command works on. */
export interface TerminologyDatabase {
  readonly connectionString: string;
  close(): Promise<void>;
}

/** Where texts go. */
export interface CommandOutput {
  readonly out: { write(text: string): unknown };
  readonly err: { readonly isTTY?: boolean; write(text: string): unknown };
}

/**
 * `athanor terminology load | list | use | remove`, the words behind `terminology`.
 * @param open starts or finds the database; not called for a dry run
 * @returns exit code: 0 done, 1 the release was rejected or is not there, or the database failed, 2 wrong arguments
 */
export async function runTerminologyCommand(
  argv: readonly string[],
  open: () => Promise<TerminologyDatabase>,
  output: CommandOutput = { out: process.stdout, err: process.stderr },
): Promise<number> {
  let command: TerminologyCommand;
  try {
    command = parseTerminologyOptions(argv);
  } catch (error) {
    output.err.write(`athanor terminology: ${messageOf(error)}\n\n${TERMINOLOGY_USAGE}\n`);
    return 2;
  }
  if (command.name === 'help') {
    output.out.write(`${TERMINOLOGY_USAGE}\n`);
    return 0;
  }
  if (command.name === 'load' && command.dryRun) return load(command, undefined, output);
  const database = await open();
  try {
    const connection = await openBulkConnection(database.connectionString);
    try {
      await sweepReleases(connection);
      return await run(command, connection, output);
    } catch (error) {
      const text = `${messageOf(error)}\nStart it again; a load continues from what the database has.`;
      output.err.write(`athanor terminology: ${text}\n`);
      return 1;
    } finally {
      await connection.close();
    }
  } finally {
    await database.close();
  }
}

async function run(
  command: Exclude<TerminologyCommand, { name: 'help' }>,
  connection: BulkConnection,
  output: CommandOutput,
): Promise<number> {
  switch (command.name) {
    case 'load':
      return load(command, connection, output);
    case 'list':
      output.out.write(await listText(connection));
      return 0;
    case 'use':
    case 'remove': {
      const change = command.name === 'use' ? useRelease : removeRelease;
      if (await change(connection, command.url, command.version)) return 0;
      output.err.write(
        `athanor terminology: there is no version ${command.version} of ${command.url}; list shows what is there\n`,
      );
      return 1;
    }
  }
}

async function load(
  command: Extract<TerminologyCommand, { name: 'load' }>,
  connection: BulkConnection | undefined,
  { out, err }: CommandOutput,
): Promise<number> {
  const { path, format, version, url, licenceAccepted, keepCurrent } = command;
  const options = {
    path,
    format,
    licenceAccepted,
    keepCurrent,
    ...(version === undefined ? {} : { version }),
    ...(url === undefined ? {} : { url }),
  };
  const report = await loadRelease(options, connection, showLoadProgress(err, Date.now));
  if (err.isTTY === true) err.write('\r\x1b[K');
  out.write(reportText(report));
  return report.outcome === 'rejected' ? 1 : 0;
}

function reportText(report: LoadReport): string {
  const lines = report.problems.map(
    ({ severity, file, line, text }) => `${severity}: ${file}${line === undefined ? '' : `, line ${line}`}: ${text}`,
  );
  const untold = report.errors + report.warnings - report.problems.length;
  if (untold > 0) lines.push(`and ${untold} more`);
  const what = `${report.url ?? 'the release'}${report.version === undefined ? '' : `, version ${report.version}`}`;
  const counts = `${(report.concepts ?? 0).toLocaleString('en')} concepts of ${report.rows.toLocaleString('en')} rows`;
  if (report.outcome === 'rejected')
    lines.push(`Rejected: ${what}, ${report.errors} errors. What answered before answers still.`);
  else
    lines.push(
      `${report.outcome === 'valid' ? 'Valid, nothing written' : 'Loaded'}: ${what}, ${counts}, sha256 ${report.sha256 ?? ''}`,
    );
  return `${lines.join('\n')}\n`;
}

async function listText(connection: BulkConnection): Promise<string> {
  const releases = await listReleases(connection);
  if (releases.length === 0) return 'There is no release; load one with athanor terminology load.\n';
  return releases
    .map(({ url, version, state, format, concepts, changed, bytes }) => {
      const size = `${(bytes / 1024 / 1024).toFixed(0)} MB`;
      const current = state === 'active' ? 'current' : state === 'staging' ? 'interrupted load' : 'by version';
      return `${url} ${version}\n    ${current}, ${format}, ${(concepts ?? 0).toLocaleString('en')} concepts, ${size}, ${changed}\n`;
    })
    .join('');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
