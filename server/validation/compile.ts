import type { Issue } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';
import { checkResource, type RuleOf } from './check-object.ts';
import { createRules } from './create-rules.ts';
import { createWalk, type ValidateOptions, type ValidationEnv, type Walk } from './walk.ts';

export interface Validator {
  /**
   * At most 100 errors and as many lesser issues, each saying what would be accepted; no error means the resource is
   * valid. A promise only when terminology had to be asked for what it does not have at hand.
   */
  validate(resource: JsonObject, options?: ValidateOptions): readonly Issue[] | Promise<readonly Issue[]>;
}

const NO_OPTIONS: ValidateOptions = {};

/**
 * Validation against the definitions of R4: structure, primitives, constraints, bindings, extensions and narrative, and
 * what `env` brings in: profiles and rules about whole resources. https://hl7.org/fhir/R4/validation.html
 */
export function createValidator(env: ValidationEnv): Validator {
  const ruleOf = createRules(env.definitions);
  return {
    validate(resource, options = NO_OPTIONS) {
      const walk = walkOver(resource, ruleOf, env, options);
      return walk.questions.length === 0 ? walk.issues : answered(walk);
    },
  };
}

function walkOver(resource: JsonObject, ruleOf: RuleOf, env: ValidationEnv, options: ValidateOptions): Walk {
  const type = typeof resource.resourceType === 'string' ? resource.resourceType : '';
  const walk = createWalk(env, options, env.definitions.isResourceType(type) ? type : 'Resource');
  checkResource(resource, ruleOf, walk);
  return walk;
}

/** A report may lead to further questions. */
async function answered(walk: Walk): Promise<readonly Issue[]> {
  const { env, path, resources, questions } = walk;
  while (questions.length > 0) {
    const asked = questions.splice(0);
    const answers = await env.codes.ask(asked.map(({ question }) => question));
    asked.forEach((pending, index) => {
      const answer = answers[index];
      if (answer === undefined) return;
      path.splice(0, path.length, ...pending.path);
      resources.splice(0, resources.length, ...pending.resources);
      pending.report(answer, walk);
    });
  }
  return walk.issues;
}
