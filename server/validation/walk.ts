import type { Canonicals } from '../definitions/canonicals.ts';
import type { Definitions } from '../definitions/definitions.ts';
import type { FhirpathHost } from '../fhirpath/model/env.ts';
import type { Issue, IssueSeverity, IssueType } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { CodeAnswer, CodeChecker, CodeQuestion } from './code-checker.ts';

/** More than that help nobody, and each costs memory. Errors and what is less than an error are counted apart. */
const MAX_ISSUES = 100;
const MAX_SHOWN = 64;

/** A check of a whole resource; `walk.path` is that of the resource, and {@link resourceOf} gives it. */
export type ResourceRule = (resource: JsonObject, walk: Walk) => void;

/** What validation draws on. */
export interface ValidationEnv {
  readonly definitions: Definitions;
  /** May be a getter: it is read once per validation. */
  readonly canonicals: Canonicals;
  readonly codes: CodeChecker;
  /** Profiles of a resource: those it claims and those of {@link ValidateOptions.profiles}. Also for contained and entries. */
  readonly profiles?: ResourceRule;
  /** The inside of an extension against its StructureDefinition; context and modifier rules are checked before. */
  readonly extension?: (extension: JsonObject, structure: JsonObject, walk: Walk) => void;
  /** FHIRPath's conformsTo(): whether an object meets a profile; undefined when that is not known. */
  readonly conformsTo?: (object: JsonObject, type: string, profile: string, walk: Walk) => boolean | undefined;
  /** By resource type, `*` for all types; they run after the elements of a resource, for contained and entries too. */
  readonly rules?: ReadonlyMap<string, readonly ResourceRule[]>;
}

export interface ValidateOptions {
  /** `structure`: elements, cardinality and primitives only, as the least that storage needs. Default: `full`. */
  readonly level?: 'structure' | 'full';
  /** Canonicals of profiles that the outermost resource has to meet, besides those in its `meta.profile`. */
  readonly profiles?: readonly string[];
  /** Best-practice constraints such as dom-6 (a resource should have a narrative). */
  readonly bestPractice?: boolean;
  /** Codes outside of preferred value sets, as information. */
  readonly preferredCodes?: boolean;
  /** Extensions whose definition is not held are errors instead of warnings. */
  readonly refuseUnknownExtensions?: boolean;
  /** What looks like HTML in strings and markdown is an error instead of information or a warning. */
  readonly refuseMarkup?: boolean;
  /** Issues of severity information are not made: a write has nobody to tell them to. */
  readonly withoutInformation?: boolean;
  /** Displays that their code system does not have are errors instead of warnings. */
  readonly refuseWrongDisplays?: boolean;
}

/** A resource that is being checked, and where it stands. */
export interface ResourcePlace {
  readonly resource: JsonObject;
  /** It stands in `contained` of the resource before it. */
  readonly isContained: boolean;
  /** The object that holds it: a Bundle.entry, a Parameters.parameter, for `contained` the container. */
  readonly owner?: JsonObject;
  /** Length of the path that leads to it. */
  readonly depth: number;
}

/** The definition of an element on the path. */
export interface ElementPlace {
  /** `Patient.birthDate`, `HumanName.given`, `Patient.contact.name` */
  readonly definition: string;
  /** `date`, `HumanName`, `Patient.contact` */
  readonly type: string;
}

/** The state of one validation. */
export interface Walk {
  readonly env: ValidationEnv;
  /** Of {@link ValidationEnv.canonicals}, as they were when the validation began. */
  readonly canonicals: Canonicals;
  readonly options: ValidateOptions;
  readonly issues: Issue[];
  /** Element names and indices from the outermost resource down to what is checked now. */
  readonly path: (string | number)[];
  /** From the outermost resource to the innermost. */
  readonly resources: ResourcePlace[];
  /** The elements on the path, as far as the base types are checked: one for every name in `path` after the first. */
  readonly elements: ElementPlace[];
  /** The objects on the path, from the outermost resource to the one that is checked, as far as the base types are. */
  readonly objects: JsonObject[];
  readonly questions: PendingQuestion[];
  /** Number of errors in `issues`. */
  errors: number;
  /** For the constraints; made when the first one is checked. */
  host?: FhirpathHost;
}

interface PendingQuestion {
  readonly question: CodeQuestion;
  readonly path: readonly (string | number)[];
  readonly resources: readonly ResourcePlace[];
  readonly report: (answer: CodeAnswer, walk: Walk) => void;
}

export function createWalk(env: ValidationEnv, options: ValidateOptions, type: string): Walk {
  const { canonicals } = env;
  return {
    env,
    canonicals,
    options,
    issues: [],
    path: [type],
    resources: [],
    elements: [],
    objects: [],
    questions: [],
    errors: 0,
  };
}

/** Adds an issue at the current path. */
export function addIssue(
  walk: Walk,
  code: IssueType,
  text: string,
  severity: IssueSeverity = 'error',
  coding?: NonNullable<Issue['coding']>,
): void {
  if (severity === 'information' && walk.options.withoutInformation === true) return;
  const isError = severity === 'error' || severity === 'fatal';
  const others = isError ? walk.errors : walk.issues.length - walk.errors;
  if (others >= MAX_ISSUES) return;
  if (isError) walk.errors += 1;
  const issue: Issue = { severity, code, text, expression: [expressionOf(walk.path)] };
  walk.issues.push(coding === undefined ? issue : { ...issue, coding });
}

/** Adds an issue below the current path: `addIssueAt(walk, ['entry', 2, 'fullUrl'], …)`. */
export function addIssueAt(
  walk: Walk,
  steps: readonly (string | number)[],
  code: IssueType,
  text: string,
  severity?: IssueSeverity,
): void {
  const { path } = walk;
  const { length } = path;
  path.push(...steps);
  addIssue(walk, code, text, severity);
  path.length = length;
}

/**
 * Asks terminology. `report` is called with the walk at the current path and resources: at once when the answer is at
 * hand, otherwise after the walk, when all open questions were asked together.
 */
export function askCodes(walk: Walk, question: CodeQuestion, report: PendingQuestion['report']): void {
  const answer = walk.env.codes.known(question);
  const { path, resources, questions } = walk;
  if (answer === undefined) questions.push({ question, path: [...path], resources: [...resources], report });
  else report(answer, walk);
}

/** No more errors will be taken: whoever loops may stop. */
export function isFull({ errors }: Walk): boolean {
  return errors >= MAX_ISSUES;
}

/** %resource: the innermost resource, contained or not. https://hl7.org/fhir/R4/fhirpath.html#variables */
export function resourceOf(walk: Walk): JsonObject {
  return placeOf(walk).resource;
}

/** %rootResource: the innermost resource, or its container when it is contained. */
export function rootResourceOf(walk: Walk): JsonObject {
  const { resources } = walk;
  let at = resources.length - 1;
  while (at > 0 && resources[at]?.isContained === true) at -= 1;
  return (resources[at] ?? placeOf(walk)).resource;
}

/** The innermost resource and where it stands. */
function placeOf({ resources }: Walk): ResourcePlace {
  const place = resources.at(-1);
  if (place === undefined) throw new RangeError('no resource is being checked');
  return place;
}

/** What a client sent, short enough to be sent back. */
export function shown(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

/** `Patient.name[0].given[1]` */
function expressionOf(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
  return text;
}
