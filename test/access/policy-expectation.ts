import type { Action } from '../../server/access/access.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import {
  ACT_CODE,
  CONFIDENTIALITY,
  linkedPatient,
  PARAMS,
  patientsOf,
  spanOf,
  type Coded,
  type Found,
} from './policy-data.ts';
import {
  TARGETS,
  type Condition,
  type RandomGrant,
  type RandomPolicy,
  type RandomProvision,
  type RandomScope,
} from './policy-random.ts';

/**
 * What a policy allows, decided resource by resource straight from the JSON: written apart from the server, as the plainest
 * reading of its rules.
 */
export function isExpected(policy: RandomPolicy, resource: JsonObject, action: Action, now: number): boolean {
  const isLooking = action === 'read' || action === 'search';
  const isOpened =
    policy.glass !== undefined && !policy.glass.isOver && inPatientRecord(resource, policy.glass.patient);
  const isGranted = policy.roles.some((role) =>
    role.grants.some((grant) => inForce(policy, grant) && selects(policy, grant, resource, action) === true),
  );
  const isScoped =
    policy.scopes === undefined || policy.scopes.some((scope) => scopeSelects(policy, scope, resource, action));
  const isDenied = policy.roles.some((role) =>
    role.denies.some((deny) => selects(policy, deny, resource, action) ?? true),
  );
  const uncleared = labelsOf(resource).filter((label) => !policy.roles.some((role) => role.clearance.includes(label)));
  const isAbsolute = uncleared.some((label) => label === 'V' || label === 'PSYTHPN');
  const isLabelled = uncleared.some((label) => label !== 'V' && label !== 'PSYTHPN');
  const isWithheld = isDenied || isLabelled || consentWithholds(policy, resource, action, now);
  return (isGranted || (isLooking && isOpened)) && isScoped && (!isWithheld || isOpened) && !isAbsolute;
}

function labelsOf(resource: JsonObject): readonly string[] {
  const found = valueOf(resource, '_security');
  const codes = found?.kind === 'token' ? found.codes : [];
  return codes
    .filter(({ system, code }) =>
      (system === ACT_CODE ? ['HIV', 'PSY', 'PSYTHPN'] : system === CONFIDENTIALITY ? ['R', 'V'] : []).includes(code),
    )
    .map(({ code }) => code);
}

function inForce(policy: RandomPolicy, { purposes, ttl }: RandomGrant): boolean {
  const own = policy.purposes.length > 0 ? policy.purposes : ['TREAT'];
  return (
    (purposes === undefined || purposes.some((one) => own.includes(one))) &&
    (ttl === undefined || (policy.signedIn !== undefined && policy.signedIn < ttl))
  );
}

function variable(policy: RandomPolicy, name: string): readonly string[] {
  const { fhirUser } = policy;
  if (name === '%user') return fhirUser === undefined ? [] : [fhirUser];
  if (name === '%patient') return fhirUser?.startsWith('Patient/') === true ? [fhirUser] : [];
  const isPractitioner = fhirUser?.startsWith('Practitioner/') === true;
  return isPractitioner ? (name === '%orgs' ? policy.orgs : policy.careteam) : [];
}

/** Undefined: it cannot be told. */
function selects(policy: RandomPolicy, grant: RandomGrant, resource: JsonObject, action: Action): boolean | undefined {
  if (!grant.types.includes(String(resource.resourceType)) || !grant.interactions.includes(action)) return false;
  let holds = true;
  if (grant.compartment !== undefined) {
    const patients = variable(policy, grant.compartment.slice('Patient/'.length)).filter((ref) =>
      ref.startsWith('Patient/'),
    );
    if (patients.length === 0) return undefined;
    holds = patients.some((ref) => inCompartment(resource, ref.slice('Patient/'.length)));
  }
  for (const condition of grant.conditions) {
    const bound = bind(policy, String(resource.resourceType), condition);
    if (bound === undefined) return undefined;
    holds = meets(resource, bound) && holds;
  }
  return holds;
}

function bind(policy: RandomPolicy, type: string, condition: Condition): Condition | undefined {
  if (condition.refs === undefined) return condition;
  const targets = TARGETS[`${type} ${condition.param}`] ?? TARGETS[condition.param] ?? [];
  const refs: string[] = [];
  for (const ref of condition.refs) {
    if (!ref.startsWith('%')) refs.push(ref);
    else {
      const fitting = variable(policy, ref).filter((one) => targets.includes(one.split('/')[0] ?? ''));
      if (fitting.length === 0) return undefined;
      refs.push(...fitting);
    }
  }
  return { ...condition, refs };
}

function valueOf(resource: JsonObject, param: string): Found | undefined {
  return PARAMS[String(resource.resourceType)]?.[param]?.(resource as never);
}

function meets(resource: JsonObject, condition: Condition): boolean {
  const found = valueOf(resource, condition.param);
  if (found === undefined) return false;
  if (condition.missing !== undefined) return isEmpty(found) === condition.missing;
  switch (found.kind) {
    case 'token': {
      const has = (condition.tokens ?? []).some((token) =>
        found.codes.some((one) => isToken(one, token, condition.param)),
      );
      return has !== (condition.not === true);
    }
    case 'reference':
      return found.refs.some((ref) => condition.refs?.includes(ref) === true);
    case 'string':
      return found.texts.some((text) => condition.exact?.includes(text) === true);
    case 'date':
      return found.spans.some((span) =>
        (condition.dates ?? []).some(([prefix, text]) => inTime(span, prefix, spanOf(text))),
      );
  }
}

function isEmpty(found: Found): boolean {
  return found.kind === 'token'
    ? found.codes.length === 0
    : found.kind === 'reference'
      ? found.refs.length === 0
      : found.kind === 'string'
        ? found.texts.length === 0
        : found.spans.length === 0;
}

/** Wanted: without a system any; system '' none; code '' any. */
function isToken(one: Coded, wanted: Coded, _param: string): boolean {
  if (wanted.code !== '' && one.code !== wanted.code) return false;
  if (wanted.system === undefined) return true;
  return (one.system ?? '') === wanted.system;
}

/** https://hl7.org/fhir/R4/search.html#prefix */
function inTime(
  [low, high]: readonly [number, number],
  prefix: string,
  [from, to]: readonly [number, number],
): boolean {
  switch (prefix) {
    case 'eq':
      return low >= from && high <= to;
    case 'ne':
      return !(low >= from && high <= to);
    case 'gt':
      return high > to;
    case 'lt':
      return low < from;
    case 'ge':
      return high > to || (low >= from && high <= to) || low >= from;
    case 'le':
      return low < from || high <= to;
    case 'sa':
      return low >= to;
    default:
      return high <= from;
  }
}

function inCompartment(resource: JsonObject, patient: string): boolean {
  return resource.resourceType === 'Patient'
    ? resource.id === patient
    : patientsOf(resource).includes(`Patient/${patient}`);
}

/** What an emergency opens, and what an app of one patient sees: the compartment and the patient's devices. */
function inPatientRecord(resource: JsonObject, patient: string): boolean {
  return (
    inCompartment(resource, patient) ||
    (resource.resourceType === 'Device' && linkedPatient(resource) === `Patient/${patient}`)
  );
}

function scopeSelects(policy: RandomPolicy, scope: RandomScope, resource: JsonObject, action: Action): boolean {
  const type = String(resource.resourceType);
  if ((scope.type !== '*' && scope.type !== type) || !scope.actions.includes(action)) return false;
  if ((scope.level === 'system') !== (policy.kind === 'client')) return false;
  if (!scope.conditions.every((condition) => meets(resource, condition))) return false;
  if (scope.level !== 'patient') return true;
  if (policy.patient === undefined) return false;
  if (type === 'Organization') return action === 'read' || action === 'search';
  return inPatientRecord(resource, policy.patient);
}

function consentWithholds(policy: RandomPolicy, resource: JsonObject, action: Action, now: number): boolean {
  const active = policy.consents.filter(({ status }) => status === 'active');
  const self = policy.fhirUser?.startsWith('Patient/') === true ? policy.fhirUser.slice(8) : undefined;
  const others = active.filter(({ patient }) => patient !== self && isAbout(resource, patient));
  const ask: Ask = { policy, resource, action, now };
  if (others.some(({ provision }) => denies(ask, provision))) return true;
  const type = String(resource.resourceType);
  if (
    policy.mode === 'opt-out' ||
    action === 'create' ||
    type === 'Patient' ||
    type === 'Consent' ||
    !isAboutSomebody(resource)
  )
    return false;
  return !((self !== undefined && isAbout(resource, self)) || others.some(({ provision }) => permits(ask, provision)));
}

function isAbout(resource: JsonObject, patient: string): boolean {
  return inCompartment(resource, patient) || linkedPatient(resource) === `Patient/${patient}`;
}

/** Any subject or participant counts, whatever it is: nobody can tell whom a Group stands for. */
function isAboutSomebody(resource: JsonObject): boolean {
  const params: Readonly<Record<string, readonly string[]>> = {
    Observation: ['subject', 'performer'],
    Condition: ['patient', 'asserter'],
    Appointment: ['actor'],
    Device: ['patient'],
    Task: ['patient'],
  };
  return (params[String(resource.resourceType)] ?? []).some((param) => {
    const found = valueOf(resource, param);
    return found !== undefined && !isEmpty(found);
  });
}

interface Ask {
  readonly policy: RandomPolicy;
  readonly resource: JsonObject;
  readonly action: Action;
  readonly now: number;
}

/** Whether a provision, with its exceptions, withholds the resource. */
function denies(ask: Ask, provision: RandomProvision): boolean {
  if (!speaksOf(ask, provision, true)) return false;
  return provision.type === 'deny'
    ? !provision.exceptions.some((inner) => permits(ask, inner))
    : provision.exceptions.some((inner) => denies(ask, inner));
}

function permits(ask: Ask, provision: RandomProvision): boolean {
  if (!speaksOf(ask, provision, false)) return false;
  return provision.type === 'permit'
    ? !provision.exceptions.some((inner) => denies(ask, inner))
    : provision.exceptions.some((inner) => permits(ask, inner));
}

const MEANS: Readonly<Record<string, readonly Action[]>> = {
  access: ['read', 'search'],
  use: ['read', 'search'],
  correct: ['update', 'delete'],
  collect: ['create'],
};

/** @param doubt the answer where it cannot be told */
function speaksOf({ policy, resource, action, now }: Ask, provision: RandomProvision, doubt: boolean): boolean {
  const { actors, actions, purposes, types, codes, labels, data, period, dataPeriod } = provision;
  const type = String(resource.resourceType);
  const [start, end] = period ?? [];
  if ((start !== undefined && now < spanOf(start)[0]) || (end !== undefined && now >= spanOf(end)[1])) return false;
  const isWhoUnclear =
    actors?.some((one) => one.startsWith('Group/')) === true || actions?.includes('whatever') === true;
  const isWhatUnclear = data?.some(([meaning]) => meaning !== 'instance') === true;
  if ((isWhoUnclear || isWhatUnclear) && !doubt) return false;
  const own = policy.purposes.length > 0 ? policy.purposes : policy.roles.map(() => 'TREAT');
  const me = [
    ...variable(policy, '%user'),
    ...variable(policy, '%orgs'),
    ...variable(policy, '%careteam').filter((ref) => ref.startsWith('CareTeam/')),
  ];
  const isOfThem =
    isWhoUnclear ||
    ((actors === undefined || actors.some((one) => me.includes(one))) &&
      (actions === undefined ? action !== 'create' : actions.some((one) => MEANS[one]?.includes(action))) &&
      (purposes === undefined || purposes.some((one) => own.includes(one))));
  if (!isOfThem) return false;
  const isKept = type === 'Patient' || type === 'Consent';
  if (isWhatUnclear) return !isKept;
  if (types !== undefined ? !types.includes(type) : doubt && isKept) return false;
  if (codes !== undefined) {
    if (PARAMS[type]?.code === undefined) return doubtful();
    if (!meets(resource, { param: 'code', tokens: codes })) return false;
  }
  if (labels !== undefined && !meets(resource, { param: '_security', tokens: labels })) return false;
  if (data !== undefined && !data.some(([, ref]) => ref === `${type}/${String(resource.id)}`)) return false;
  if (dataPeriod !== undefined && (dataPeriod[0] !== undefined || dataPeriod[1] !== undefined)) {
    const param = DATED[type];
    if (param === undefined) return doubtful();
    const found = valueOf(resource, param);
    const spans = found?.kind === 'date' ? found.spans : [];
    const from = dataPeriod[0] === undefined ? -Infinity : spanOf(dataPeriod[0])[0];
    const to = dataPeriod[1] === undefined ? Infinity : spanOf(dataPeriod[1])[1];
    if (spans.length === 0) return doubt;
    return spans.some(([low, high]) => (doubt ? high > from && low < to : low >= from && high <= to));
  }
  return true;

  /** Other limits still count. */
  function doubtful(): boolean {
    if (!doubt) return false;
    const { codes: _codes, dataPeriod: _dataPeriod, ...rest } = provision;
    const kept = PARAMS[type]?.code === undefined ? rest : { ...rest, ...(codes === undefined ? {} : { codes }) };
    const dated = DATED[type] === undefined || dataPeriod === undefined ? kept : { ...kept, dataPeriod };
    return speaksOf({ policy, resource, action, now }, dated, doubt);
  }
}

const DATED: Readonly<Record<string, string>> = {
  Observation: 'date',
  Condition: 'recorded-date',
  Appointment: 'date',
  Consent: 'date',
  Task: 'authored-on',
};
