import { cpus, totalmem } from 'node:os';
import type { PostedBundles } from './post-bundles.ts';
import type { CaseResult } from './run-case.ts';

export interface BenchReport {
  readonly machine: string;
  readonly resources: number;
  readonly loadSeconds: number;
  /** ms; undefined for a server that was not started here. */
  readonly startTime: number | undefined;
  readonly cases: readonly CaseResult[];
  readonly floor: readonly CaseResult[];
  /** Bytes of each server process, largest first. */
  readonly serverMemory: readonly number[];
  /** With its index rows and their indexes. */
  readonly bytesPerObservation: number | undefined;
}

export function describeMachine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}`;
}

/** The figures as Markdown. */
export function markdown(report: BenchReport): string {
  const lines = [
    `${report.machine}; ${report.resources.toLocaleString('en')} resources loaded at ${Math.round(report.resources / report.loadSeconds).toLocaleString('en')}/s`,
    '',
    '| case | req/s | p50 ms | p95 ms | p99 ms | server CPU ms | database CPU ms | CPU ms/request | × floor | failures |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...report.cases.map((result) =>
      row(
        result,
        report.floor.find(({ name }) => name === result.name),
      ),
    ),
    ...report.floor.map((result) => row({ ...result, name: `floor: ${result.name}` }, undefined)),
    '',
  ];
  const memory = report.serverMemory.map((bytes) => `${Math.round(bytes / 2 ** 20)} MB`).join(', ');
  if (memory !== '') lines.push(`RSS of the server's processes: ${memory}`);
  if (report.bytesPerObservation !== undefined) {
    lines.push(`On disk, with indexes: ${Math.round(report.bytesPerObservation)} bytes per Observation`);
  }
  if (report.startTime !== undefined)
    lines.push(`Start on an existing database until ready: ${Math.round(report.startTime)} ms`);
  return `${lines.join('\n')}\n`;
}

/** The figures of posted Bundles. */
export function postedMarkdown({ bundles, resources, seconds, counts }: PostedBundles): string {
  const types = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return [
    '| resource type | posted |',
    '|---|--:|',
    ...types.map(([type, count]) => `| ${type} | ${count.toLocaleString('en')} |`),
    '',
    `${bundles} Bundles with ${resources.toLocaleString('en')} resources, one at a time, in ${seconds.toFixed(1)} s: ${Math.round(resources / seconds).toLocaleString('en')} resources/s`,
    '',
  ].join('\n');
}

function row(result: CaseResult, floor: CaseResult | undefined): string {
  const total = totalCpu(result);
  const base = floor === undefined ? undefined : totalCpu(floor);
  const cells = [
    result.name,
    (result.requests / result.seconds).toFixed(0),
    result.p50.toFixed(2),
    result.p95.toFixed(2),
    result.p99.toFixed(2),
    figure(result.serverCpu),
    figure(result.databaseCpu),
    figure(total),
    total === undefined || base === undefined ? '' : (total / base).toFixed(1),
    String(result.failures),
  ];
  return `| ${cells.join(' | ')} |`;
}

function totalCpu({ serverCpu, databaseCpu }: CaseResult): number | undefined {
  return serverCpu === undefined || databaseCpu === undefined ? undefined : serverCpu + databaseCpu;
}

function figure(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(2);
}
