import type { SearchParam, SearchRegistry } from '../../search/registry-types.ts';
import type { DateTest, Filter, TokenTest } from '../../search/tree.ts';
import type { Action, Allowed } from '../access.ts';
import { allOf, anyOf, except } from '../algebra.ts';
import { hasLabel } from '../labels.ts';
import { aboutAnyPatient, aboutPatients } from '../members.ts';
import type { Code, ConsentRule, Provision } from './consent-rule.ts';

/** Who asks, as far as consents distinguish. */
export interface ConsentSubject {
  /** References that actors of consents may name: the user, their organizations, their care teams. */
  readonly actors: ReadonlySet<string>;
  readonly purposes: readonly string[];
  /** Id of the patient that the user is: nobody is kept from their own data by their own consent. */
  readonly self: string | undefined;
  readonly now: number;
}

export interface ConsentMode {
  readonly registry: SearchRegistry;
  readonly rules: readonly ConsentRule[];
  /** `opt-in`: what is about a patient may be seen only with consent; `opt-out`: unless it was denied. */
  readonly mode: 'opt-in' | 'opt-out';
}

/** The consents themselves must be found and ended, and patients must be recognised, whatever they deny. */
const NOT_WITHHELD: ReadonlySet<string> = new Set(['Consent', 'Patient']);

/** What of a type the patients' consents withhold from the subject. */
export function withheld(consents: ConsentMode, subject: ConsentSubject, type: string, action: Action): Allowed {
  const { registry, rules, mode } = consents;
  const asked: Asked = { registry, subject, type, action };
  const denied = collect(asked, rules, denies);
  if (mode === 'opt-out' || action === 'create' || NOT_WITHHELD.has(type)) return denied;
  const own = subject.self === undefined ? 'none' : aboutPatients(registry, type, [subject.self]);
  const unpermitted = allOf([aboutAnyPatient(registry, type), except(anyOf([own, collect(asked, rules, permits)]))]);
  return anyOf([denied, unpermitted]);
}

interface Asked {
  readonly registry: SearchRegistry;
  readonly subject: ConsentSubject;
  readonly type: string;
  readonly action: Action;
}

type Decide = (asked: Asked, provision: Provision) => Allowed;

/** What rules select, in the compartments of their patients; patients of whom it is everything stand together. */
function collect(asked: Asked, rules: readonly ConsentRule[], decide: Decide): Allowed {
  const whole = new Set<string>();
  const parts: Allowed[] = [];
  for (const { patient, provision } of rules) {
    if (patient === asked.subject.self) continue;
    const selected = decide(asked, provision);
    if (selected === 'all') whole.add(patient);
    else if (selected !== 'none') parts.push(allOf([aboutPatients(asked.registry, asked.type, [patient]), selected]));
  }
  return anyOf([aboutPatients(asked.registry, asked.type, [...whole]), ...parts]);
}

function denies(asked: Asked, provision: Provision): Allowed {
  const selected = select(asked, provision, 'deny');
  if (selected === 'none') return 'none';
  const exceptions = provision.exceptions;
  return provision.type === 'deny'
    ? allOf([selected, except(anyOf(exceptions.map((inner) => permits(asked, inner))))])
    : allOf([selected, anyOf(exceptions.map((inner) => denies(asked, inner)))]);
}

function permits(asked: Asked, provision: Provision): Allowed {
  const selected = select(asked, provision, 'permit');
  if (selected === 'none') return 'none';
  const exceptions = provision.exceptions;
  return provision.type === 'permit'
    ? allOf([selected, except(anyOf(exceptions.map((inner) => denies(asked, inner))))])
    : allOf([selected, anyOf(exceptions.map((inner) => permits(asked, inner)))]);
}

/** Of what is about the patient, the resources that a provision speaks of; `effect`: on which side to err. */
function select(asked: Asked, provision: Provision, effect: 'deny' | 'permit'): Allowed {
  const { subject, type, action } = asked;
  const {
    starts = -Infinity,
    ends = Infinity,
    actors,
    actions,
    purposes,
    types,
    isWhoUnclear,
    isWhatUnclear,
  } = provision;
  if (subject.now < starts || subject.now >= ends) return 'none';
  if ((isWhoUnclear || isWhatUnclear) && effect === 'permit') return 'none';
  const isOfThem =
    isWhoUnclear ||
    ((actors?.some((actor) => subject.actors.has(actor)) ?? true) &&
      // What is said of no action in particular is about data that exist: care that was given has to be recorded.
      (actions?.includes(action) ?? action !== 'create') &&
      (purposes?.some((purpose) => subject.purposes.includes(purpose)) ?? true));
  if (!isOfThem) return 'none';
  if (isWhatUnclear) return isWithholdable(type, undefined) ? 'all' : 'none';
  const isOfType = effect === 'permit' ? (types?.includes(type) ?? true) : isWithholdable(type, types);
  return isOfType ? allOf(conditions(asked, provision, effect)) : 'none';
}

function isWithholdable(type: string, types: readonly string[] | undefined): boolean {
  return types === undefined ? !NOT_WITHHELD.has(type) : types.includes(type);
}

function conditions({ registry, type }: Asked, provision: Provision, effect: 'deny' | 'permit'): readonly Allowed[] {
  const unknown: Allowed = effect === 'deny' ? 'all' : 'none';
  const { codes, labels, data, dataStarts, dataEnds } = provision;
  const parts: Allowed[] = [];
  if (codes !== undefined) {
    const param = registry.param(type, 'code');
    parts.push(param?.type === 'token' && param.status === 'active' ? tokens(param, codes) : unknown);
  }
  if (labels !== undefined) {
    const found = hasLabel(registry, type, labels.map(tokenOf));
    parts.push(found === 'all' ? unknown : found);
  }
  if (data !== undefined) {
    const ids = data.filter((ref) => ref.startsWith(`${type}/`)).map((ref) => ref.slice(type.length + 1));
    parts.push(ids.length === 0 ? 'none' : { kind: 'id', ids });
  }
  if (dataStarts !== undefined || dataEnds !== undefined) {
    const param = registry.params(type).find(({ naturalSort }) => naturalSort) ?? registry.param(type, 'date');
    const usable = param?.type === 'date' && param.status === 'active';
    parts.push(usable ? dated(param, dataStarts, dataEnds, effect) : unknown);
  }
  return parts;
}

function tokens(param: SearchParam, codes: readonly Code[]): Filter {
  return { kind: 'param', param, tests: codes.map(tokenOf), negated: false };
}

function tokenOf({ system, code }: Code): TokenTest {
  return { is: 'token', system, code };
}

/** Denied is what meets the period or has no date, permitted what lies within it. */
function dated(
  param: SearchParam,
  starts: number | undefined,
  ends: number | undefined,
  effect: 'deny' | 'permit',
): Allowed {
  const test = (prefix: DateTest['prefix'], at: number): Filter => {
    return { kind: 'param', param, tests: [{ is: 'date', prefix, low: at, high: at }], negated: false };
  };
  // A value [low, high): gt is high > at, lt is low < at, sa is low >= at, eb is high <= at.
  const [fromPrefix, toPrefix] = effect === 'deny' ? (['gt', 'lt'] as const) : (['sa', 'eb'] as const);
  const inPeriod = allOf([
    ...(starts === undefined ? [] : [test(fromPrefix, starts)]),
    ...(ends === undefined ? [] : [test(toPrefix, ends)]),
  ]);
  return effect === 'permit' ? inPeriod : anyOf([{ kind: 'missing', param, isMissing: true }, inPeriod]);
}
