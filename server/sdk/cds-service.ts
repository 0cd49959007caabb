import type { ClinicReader, ModuleContext } from './clinic.ts';
import type { ProjectionTables } from './projection.ts';
import type { AnyResource } from './resource.ts';

/** https://cds-hooks.org/specification/current/ (2.0) */
export interface CdsRequest {
  readonly hook: string;
  readonly hookInstance: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** What the service's prefetch templates gave, fetched here where the client did not send it; null: nothing found. */
  readonly prefetch: Readonly<Record<string, AnyResource | null>>;
}

export interface CdsCard {
  readonly uuid?: string;
  /** At most 140 characters. */
  readonly summary: string;
  readonly detail?: string;
  readonly indicator: 'info' | 'warning' | 'critical';
  readonly source: { readonly label: string; readonly url?: string; readonly topic?: CdsCoding };
  readonly suggestions?: readonly {
    readonly label: string;
    readonly uuid?: string;
    readonly isRecommended?: boolean;
    readonly actions?: readonly CdsAction[];
  }[];
  readonly selectionBehavior?: 'at-most-one' | 'any';
  readonly overrideReasons?: readonly CdsCoding[];
  readonly links?: readonly {
    readonly label: string;
    readonly url: string;
    readonly type: 'absolute' | 'smart';
    readonly appContext?: string;
  }[];
}

export interface CdsCoding {
  readonly code: string;
  readonly system?: string;
  readonly display?: string;
}

export interface CdsAction {
  readonly type: 'create' | 'update' | 'delete';
  readonly description: string;
  readonly resource?: AnyResource;
  readonly resourceId?: string;
}

export interface CdsAnswer {
  readonly cards: readonly CdsCard[];
  readonly systemActions?: readonly CdsAction[];
}

export interface CdsContext extends ModuleContext, ClinicReader {
  /** Tables of a projection, to be read. @param name `supply.stock`, of any enabled module */
  projection(name: string): Promise<ProjectionTables>;
}

export interface CdsService {
  /** Unique among all modules; part of its URL. */
  readonly id: string;
  readonly hook:
    'patient-view' | 'order-select' | 'order-sign' | 'appointment-book' | 'encounter-start' | 'encounter-discharge';
  readonly title: string;
  readonly text: string;
  /** FHIR queries with `{{context.patientId}}`. */
  readonly prefetch?: Readonly<Record<string, string>>;
  run(request: CdsRequest, context: CdsContext): Promise<CdsAnswer>;
}

export function defineCdsService(service: CdsService): CdsService {
  return service;
}
