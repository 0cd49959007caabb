import type { Ctx, Engine } from '../fhir/engine.ts';
import type { OperationContext } from '../sdk/operation.ts';
import type { ProjectionTables } from '../sdk/projection.ts';
import { asServer, inClinicTransaction } from './clinic-transaction.ts';
import { createClinic } from './clinic.ts';
import { moduleContext, type ModuleSurroundings } from './module-context.ts';

/** What code of modules needs of the server around, besides an engine. */
export interface ModuleHost extends ModuleSurroundings {
  /** Whether the tenant has the module enabled. */
  isEnabled(tenant: number, module: string): boolean;
  /** Tables of a projection, to be read. @throws Error when no enabled module has one of that name */
  projection(ctx: Ctx, name: string): Promise<ProjectionTables>;
}

/** What an operation of the module works with: the rights of who called, and of the server where it asks for them. */
export function operationContext(engine: Engine, ctx: Ctx, host: ModuleHost, module: string): OperationContext {
  return {
    ...moduleContext(ctx, module, host),
    ...createClinic(engine, ctx),
    inTransaction: (work) => inClinicTransaction(engine, ctx, work),
    asServer: (work) => inClinicTransaction(engine, asServer(ctx), work),
    projection: (name) => host.projection(ctx, name),
  };
}
