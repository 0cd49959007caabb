import type { ResourceOf } from '#sdk';
import { codeSystem } from './names.ts';

interface TaskOptions {
  /** Code of CodeSystem stock-task. */
  readonly code: string;
  /** `SupplyRequest/1` */
  readonly focus: string;
  readonly description: string;
  /** `Location/1` */
  readonly location?: string;
  readonly at: Date;
}

/** Something about stock that somebody has to look at. */
export function stockTask({ code, focus, description, location, at }: TaskOptions): ResourceOf<'Task'> {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: codeSystem('stock-task'), code }] },
    focus: { reference: focus },
    description,
    authoredOn: at.toISOString(),
    ...(location === undefined ? {} : { location: { reference: location } }),
  };
}
