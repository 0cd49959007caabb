import type { Ctx, Engine } from './engine.ts';
import type { FhirRequest, FhirResponse, Method } from './request.ts';

/** One line of the REST interface. */
export interface Route {
  readonly method: Exclude<Method, 'HEAD'>;
  /**
   * Shape of the path: `T` a resource type, `I` an id, `$` an operation, other segments literally; the empty shape is the
   * base itself.
   */
  readonly shape: string;
  /** Code as in CapabilityStatement.rest(.resource).interaction; operations and metadata have none there. */
  readonly interaction: string;
  /** Answered without sign-in. */
  readonly isPublic?: true;
  readonly run: (engine: Engine, ctx: Ctx, request: FhirRequest) => Promise<FhirResponse>;
}
