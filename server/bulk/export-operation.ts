import type { AsyncKind } from '../fhir/async/async-works.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { visibleVersion } from '../fhir/interactions/visible.ts';
import type { Operation, OperationCall, OperationLevel } from '../fhir/operations/operation.ts';
import type { FhirResponse } from '../fhir/request.ts';
import { fault } from '../kernel/fault.ts';
import type { BulkOptions } from './bulk-options.ts';
import { runExport, type ExportState } from './export-work.ts';
import { forgetWork } from './forget-work.ts';
import { manifest } from './manifest.ts';
import { payloadOf } from './order.ts';
import { readOrder } from './read-order.ts';
import { startWork } from './start-work.ts';
import { readFiles, readWork } from './work-table.ts';

const QUEUE = 'bulk-export';
const DEFINITIONS = 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition';

/** https://hl7.org/fhir/uv/bulkdata/STU2/export.html */
export const exportOperations: readonly Operation[] = [
  operation('export', 'Everything that the client may see', ['system']),
  operation(
    'patient-export',
    'All patients, their compartments and what those refer to',
    ['type', 'instance'],
    'Patient',
  ),
  operation('group-export', 'Members of the group, their compartments and what those refer to', ['instance'], 'Group'),
];

function operation(definition: string, what: string, levels: readonly OperationLevel[], type?: string): Operation {
  return {
    code: 'export',
    definition: `${DEFINITIONS}/${definition}`,
    text: `${what}, as files. Takes _outputFormat, _since, _type, _typeFilter, _elements, includeAssociatedData${type === undefined ? '' : ', patient'}.`,
    levels,
    ...(type === undefined ? {} : { types: [type] }),
    affectsState: false,
    startsAsync: true,
    run: kickOff,
  };
}

async function kickOff(engine: Engine, ctx: Ctx, call: OperationCall): Promise<FhirResponse> {
  const order = await readOrder(engine, ctx, call);
  if (call.id !== undefined) await visibleVersion(engine, ctx, call.type ?? '', call.id);
  return startWork(engine, ctx, call.request, QUEUE, payloadOf(order));
}

/** How exports are carried out. */
export function exportKind(options: BulkOptions): AsyncKind {
  return {
    queue: QUEUE,
    concurrency: 1,
    run: (ctx, work, run) => runExport(options, ctx, work, run),
    async result(ctx, work) {
      const kept = await readWork(ctx.db, ctx.tenant, work.id);
      if (kept === undefined) throw fault('bulk.gone', 404, 'not-found', 'The export is past its time.');
      const { transactionTime } = JSON.parse(kept.state) as ExportState;
      return manifest(ctx, work, transactionTime, await readFiles(ctx.db, ctx.tenant, work.id));
    },
    forget: (work) => forgetWork(options, work),
  };
}
