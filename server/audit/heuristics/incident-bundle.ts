import { createHash } from 'node:crypto';
import type { Incident } from '../../storage/audit-incidents.ts';
import { HOUR, type BreachRule, type Suspicion, type WatchFacts } from './rule.ts';

const TASK_CODES = 'https://athanor.health/fhir/CodeSystem/privacy-task';
const RULE_CODES = 'https://athanor.health/fhir/CodeSystem/breach-rule';
const INCIDENTS = 'https://athanor.health/fhir/sid/breach-incident';
const ISSUE = 'urn:uuid:6f3c1b8e-5d0a-4c55-9c0e-0d1f5f6f7a01';
/** Within which a breach must be told to the authority (GDPR Art. 33). */
const DUE = 72 * HOUR;

/** What the privacy officer finds: the issue, and the task to look at it. The patient is named when there is only one. */
export async function incidentBundle(
  rule: BreachRule,
  { agent, patients, text }: Suspicion,
  incident: Incident,
  facts: WatchFacts,
  now: number,
): Promise<object> {
  const value = createHash('sha256')
    .update(JSON.stringify([incident.tenant, incident.rule, incident.subject, incident.since]))
    .digest('hex')
    .slice(0, 32);
  const [patient] = patients.length === 1 ? patients : [];
  const isThere = patient !== undefined && (await facts.person(incident.tenant, patient)) !== undefined;
  const subject = isThere ? { reference: patient } : undefined;
  const identifier = [{ system: INCIDENTS, value }];
  const code = {
    coding: [
      { system: TASK_CODES, code: 'breach-review' },
      { system: RULE_CODES, code: rule.code },
    ],
    text: rule.title,
  };
  const detail = `${agent}: ${text}${isThere || patients.length === 0 ? '' : ` ${patients.join(', ')}`}`;
  const at = new Date(now).toISOString();
  const once = `identifier=${INCIDENTS}|${value}`;
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: ISSUE,
        request: { method: 'POST', url: 'DetectedIssue', ifNoneExist: once },
        resource: {
          resourceType: 'DetectedIssue',
          identifier,
          status: 'preliminary',
          code,
          severity: rule.severity,
          ...(subject === undefined ? {} : { patient: subject }),
          identifiedDateTime: at,
          detail,
        },
      },
      {
        request: { method: 'POST', url: 'Task', ifNoneExist: once },
        resource: {
          resourceType: 'Task',
          identifier,
          status: 'requested',
          intent: 'order',
          priority: rule.severity === 'high' ? 'urgent' : 'routine',
          code,
          description: detail,
          focus: { reference: ISSUE },
          ...(subject === undefined ? {} : { for: subject }),
          authoredOn: at,
          performerType: [{ text: 'Privacy officer' }],
          restriction: { period: { end: new Date(now + DUE).toISOString() } },
        },
      },
    ],
  };
}
