import type { Canonicals } from '../../server/definitions/canonicals.ts';
import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystem, CodeSystemSource } from '../code-system.ts';
import { splitCanonical, textAt } from '../resource/elements.ts';
import { batchValidate } from './batch-validate.ts';
import { askedCanonical, expand } from './expand.ts';
import { expansionCache } from './expansion-cache.ts';
import { findValueSet } from './find-value-set.ts';
import { lookup } from './lookup.ts';
import type { IsMember } from './match.ts';
import { members, type MemberCode } from './membership.ts';
import { overlaid } from './overlay.ts';
import { resourceOf, resourcesOf, textOf, type Parameters } from './parameters.ts';
import { createScope, findSystem, withOwnParameters, type Scope } from './scope.ts';
import { sharedSources } from './shared-questions.ts';
import { subsumes } from './subsumes.ts';
import type { AskedSystem } from './validate/question.ts';
import { validateCode } from './validate/validate-code.ts';
import { planOf } from './value-set-plan.ts';

/** A call of a terminology operation. */
export interface TerminologyRequest {
  readonly parameters: Parameters;
  /** The ValueSet or CodeSystem whose address was called. */
  readonly instance?: JsonObject;
  /** The type at whose address it was called. */
  readonly type?: string;
  readonly acceptLanguage?: string;
}

/** One of several calls that belong together. */
interface SharedRequest extends TerminologyRequest {
  readonly sources?: readonly CodeSystemSource[];
}

/** Every operation answers with a resource, or throws a Fault that says what is wrong and what would be accepted. */
export interface TerminologyService {
  /** A ValueSet with its expansion. */
  expand(request: TerminologyRequest): Promise<JsonObject>;
  /** `ValueSet/$validate-code` */
  validateInValueSet(request: TerminologyRequest): Promise<JsonObject>;
  /** `CodeSystem/$validate-code` */
  validateInCodeSystem(request: TerminologyRequest): Promise<JsonObject>;
  batchValidate(request: TerminologyRequest): Promise<JsonObject>;
  lookup(request: TerminologyRequest): Promise<JsonObject>;
  subsumes(request: TerminologyRequest): Promise<JsonObject>;
  members(valueSet: string, codes: readonly MemberCode[]): Promise<readonly IsMember[]>;
  /** The newest version without one. */
  codeSystem(url: string, version?: string): Promise<CodeSystem | undefined>;
}

export interface TerminologyOptions {
  /** As they are now; a change makes another set. */
  readonly canonicals: () => Canonicals;
  /** Code systems that are not resources, behind those that are complete ones. */
  readonly sources: readonly CodeSystemSource[];
  /** Most codes of an expansion that is not paged. */
  readonly expansionLimit: number;
}

export function createTerminology({ canonicals, sources, expansionLimit }: TerminologyOptions): TerminologyService {
  const cache = expansionCache();

  const scopeFor = (request: SharedRequest, parameters: Parameters, valueSet?: JsonObject): Scope => {
    const held = overlaid(canonicals(), resourcesOf(request.parameters, 'tx-resource'));
    return createScope(
      { canonicals: held, external: request.sources ?? sharedSources(sources), limit: expansionLimit },
      parameters,
      request.acceptLanguage,
      valueSet,
    );
  };

  const valueSetOf = (request: SharedRequest): JsonObject => {
    const given = resourceOf(request.parameters, 'valueSet') ?? request.instance;
    if (given !== undefined) return given;
    const canonical = askedCanonical(request.parameters);
    if (canonical !== undefined) return findValueSet(scopeFor(request, request.parameters), canonical);
    throw fault('terminology.parameter', 400, 'required', 'A value set is needed: url, or valueSet with the resource');
  };

  const validateInValueSet = async (request: SharedRequest): Promise<JsonObject> => {
    const valueSet = valueSetOf(request);
    const parameters = withOwnParameters(request.parameters, valueSet);
    return validateCode(scopeFor(request, parameters, valueSet), planOf(valueSet), parameters);
  };

  const validateInCodeSystem = async (request: SharedRequest): Promise<JsonObject> => {
    const given = resourceOf(request.parameters, 'codeSystem');
    const resource = given === undefined ? [] : [{ name: 'tx-resource', resource: given }];
    const parameters = [...request.parameters, ...resource];
    const system = systemOf(parameters, request.instance ?? given);
    return validateCode(scopeFor({ ...request, parameters }, parameters), undefined, parameters, system);
  };

  return {
    validateInValueSet,
    validateInCodeSystem,
    async expand(request) {
      const valueSet = valueSetOf(request);
      const parameters = withOwnParameters(request.parameters, valueSet);
      const scope = scopeFor(request, parameters, valueSet);
      return cache.get(scope, valueSet, parameters, () => expand(scope, valueSet, parameters));
    },
    batchValidate(request) {
      const isOfSystem = request.type === 'CodeSystem';
      const resources = request.parameters.filter(({ name }) => name === 'tx-resource');
      const shared = { ...request, sources: sharedSources(sources) };
      return batchValidate(request.parameters, (parameters) => {
        const each = { ...shared, parameters: [...parameters, ...resources] };
        const isInValueSet =
          !isOfSystem &&
          (request.instance !== undefined || parameters.some(({ name }) => name === 'url' || name === 'valueSet'));
        return isInValueSet ? validateInValueSet(each) : validateInCodeSystem(each);
      });
    },
    async lookup(request) {
      return lookup(scopeFor(request, request.parameters), request.parameters, request.instance);
    },
    async subsumes(request) {
      return subsumes(scopeFor(request, request.parameters), request.parameters, request.instance);
    },
    async members(valueSet, codes) {
      return members(scopeFor({ parameters: [] }, []), valueSet, codes);
    },
    async codeSystem(url, version) {
      return findSystem(scopeFor({ parameters: [] }, []), url, version);
    },
  };
}

/** The code system that a request is about: its instance, or the one of its url. */
function systemOf(parameters: Parameters, instance: JsonObject | undefined): AskedSystem | undefined {
  if (instance !== undefined) return { url: textAt(instance, 'url') ?? '', version: textAt(instance, 'version') };
  const canonical = textOf(parameters, 'url');
  if (canonical === undefined) return undefined;
  const { url, version } = splitCanonical(canonical);
  return { url, version: textOf(parameters, 'version') ?? version };
}
