import { fault, type Fault } from '../../kernel/fault.ts';

/** 400: the patch itself is malformed. `place` is where in the patch, such as `[2].path`. */
export function malformed(text: string, place?: string): Fault {
  return fault('patch.malformed', 400, 'structure', text, place);
}

/** 422: the patch is well-formed but does not fit the resource. */
export function unfit(text: string, place?: string): Fault {
  return fault('patch.unfit', 422, 'processing', text, place);
}

/** 400 or 422: more than the server is willing to do for one request. */
export function tooCostly(status: 400 | 422, text: string, place?: string): Fault {
  return fault('patch.tooCostly', status, 'too-costly', text, place);
}
