import type { TypeServer } from '../../fhir/type-server.ts';
import { appendEvent } from './append-event.ts';
import { readEvent } from './read-event.ts';
import { searchEvents } from './search-events.ts';
import { AUDIT_SEARCH_PARAMS } from './search-parameters.ts';

/** AuditEvent while audit is on: read, found and appended in the audit trail, and never changed. */
export const AUDIT_EVENT_SERVER: TypeServer = {
  type: 'AuditEvent',
  interactions: {
    read: readEvent,
    vread: readEvent,
    'search-type': searchEvents,
    'search-compartment': searchEvents,
    create: appendEvent,
  },
  refusal: 'The audit trail is append-only.',
  searchParam: AUDIT_SEARCH_PARAMS,
};
