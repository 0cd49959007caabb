import type { Ctx, Engine } from '../engine.ts';
import type { ParameterDefinitions } from '../../sdk/operation.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';

export type OperationLevel = 'system' | 'type' | 'instance';

/** An operation as the router runs it and as CapabilityStatement and OpenAPI describe it. */
export interface Operation {
  /** Name without `$`. */
  readonly code: string;
  /** Canonical of its OperationDefinition. */
  readonly definition: string;
  /** What it does, for people. */
  readonly text: string;
  readonly levels: readonly OperationLevel[];
  /** The types it exists for; undefined: all. */
  readonly types?: readonly string[];
  /** Then it takes POST only. https://hl7.org/fhir/R4/operations.html#request */
  readonly affectsState: boolean;
  /** Whether it is long work by itself: `Prefer: respond-async` is left to it. */
  readonly startsAsync?: true;
  /** Whether it takes a body of bytes as well, whatever their media type. */
  readonly takesBytes?: true;
  /** Whether it answers bytes, so that a client may accept another media type than those of resources. */
  readonly givesBytes?: true;
  /** Its parameters, where they are declared: then its OperationDefinition is generated and can be read. */
  readonly signature?: OperationSignature;
  /** Whether the tenant has it; default: every one. */
  isEnabled?(tenant: number): boolean;
  run(engine: Engine, ctx: Ctx, call: OperationCall): Promise<FhirResponse>;
}

export interface OperationSignature {
  /** Of the OperationDefinition: the last part of its canonical. */
  readonly id: string;
  readonly title: string;
  readonly input: ParameterDefinitions;
  readonly output: ParameterDefinitions;
}

export interface OperationCall {
  readonly request: FhirRequest;
  /** Undefined on the system. */
  readonly type: string | undefined;
  /** Undefined on the system and on a type. */
  readonly id: string | undefined;
}
