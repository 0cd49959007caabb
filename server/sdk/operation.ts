import type { Clinic, ClinicTransaction, ModuleContext } from './clinic.ts';
import type { ProjectionTables } from './projection.ts';
import type { AnyResource, TypeName } from './resource.ts';

/** FHIR types that parameters of operations have here; decimals come as text. */
export interface ParameterTypes {
  string: string;
  code: string;
  uri: string;
  id: string;
  boolean: boolean;
  integer: number;
  positiveInt: number;
  decimal: string;
  date: string;
  dateTime: string;
  instant: string;
  Reference: { readonly reference?: string; readonly identifier?: object; readonly display?: string };
  Identifier: { readonly system?: string; readonly value?: string };
  Coding: { readonly system?: string; readonly code?: string; readonly display?: string };
  CodeableConcept: { readonly coding?: readonly ParameterTypes['Coding'][]; readonly text?: string };
  Quantity: { readonly value?: number; readonly unit?: string; readonly system?: string; readonly code?: string };
  Period: { readonly start?: string; readonly end?: string };
  Resource: AnyResource;
}

export interface ParameterDefinition {
  readonly type: keyof ParameterTypes;
  /** 0 or 1; default 0. */
  readonly min?: 0 | 1;
  /** Default `1`. */
  readonly max?: '1' | '*';
  /** For people; stands in the OperationDefinition. */
  readonly text: string;
  /** Values that are accepted; others are refused with the list. */
  readonly oneOf?: readonly string[];
}

export type ParameterDefinitions = Readonly<Record<string, ParameterDefinition>>;

type One<D extends ParameterDefinition> = D extends { max: '*' }
  ? readonly ParameterTypes[D['type']][]
  : D extends { min: 1 }
    ? ParameterTypes[D['type']]
    : ParameterTypes[D['type']] | undefined;

/** Input as `run` gets it: parsed from Parameters or the query, checked. */
export type Input<P extends ParameterDefinitions> = { readonly [K in keyof P]: One<P[K]> };

/** Acts with the caller's rights: what they may not see or write, the operation does not either. */
export interface OperationContext extends ModuleContext, Clinic {
  transaction(entries: Parameters<Clinic['transaction']>[0]): ReturnType<Clinic['transaction']>;
  /** All or nothing. */
  inTransaction<R>(work: (clinic: ClinicTransaction) => Promise<R>): Promise<R>;
  /** The same with the server's own rights, for what the operation guarantees and the caller may not do directly. */
  asServer<R>(work: (clinic: ClinicTransaction) => Promise<R>): Promise<R>;
  /** Tables of a projection, to be read. @param name `supply.stock`, of any enabled module */
  projection(name: string): Promise<ProjectionTables>;
}

/** A resource is answered as it is; other objects become Parameters by the declared output. */
export type OperationAnswer = AnyResource | { readonly [name: string]: unknown };

export interface ModuleOperation<P extends ParameterDefinitions = ParameterDefinitions> {
  /** Without `$`. */
  readonly code: string;
  readonly title: string;
  readonly text: string;
  readonly levels: readonly ('system' | 'type' | 'instance')[];
  /** Required unless it is on the system only. */
  readonly types?: readonly TypeName[];
  /** Then it takes POST only, and an Idempotency-Key makes it run once. */
  readonly affectsState: boolean;
  readonly input: P;
  readonly output: ParameterDefinitions;
  run(
    context: OperationContext,
    call: { readonly type: TypeName | undefined; readonly id: string | undefined; readonly input: Input<P> },
  ): Promise<OperationAnswer>;
}

export function defineOperation<const P extends ParameterDefinitions>(operation: ModuleOperation<P>): ModuleOperation {
  return operation;
}
