import type { Canonicals } from '../definitions/canonicals.ts';
import type { Definitions } from '../definitions/definitions.ts';
import type { Engine } from '../fhir/engine.ts';
import type { CodeChecker } from '../validation/code-checker.ts';
import { createValidator } from '../validation/compile.ts';
import { checkExtensionContent, checkProfiles, conformsTo } from '../validation/profile/profile-checks.ts';
import { resourceRules } from '../validation/resource-rules.ts';
import type { ValidateOptions } from '../validation/walk.ts';
import type { ValidationLevels } from './validation-settings.ts';

export interface ValidationParts {
  readonly definitions: Definitions;
  readonly codes: CodeChecker;
  readonly levels: ValidationLevels;
  /** Canonicals by type, as configured. */
  readonly profiles: ReadonlyMap<string, readonly string[]>;
  readonly refuseWrongDisplays: boolean;
  /** As they are now. */
  canonicals(): Canonicals;
}

/** Validation of writes, as configured, and of `$validate`, which looks at everything. */
export function openValidation(parts: ValidationParts): Pick<Engine, 'validate' | 'examine'> {
  const { definitions, codes, levels, refuseWrongDisplays } = parts;
  const validator = createValidator({
    definitions,
    get canonicals() {
      return parts.canonicals();
    },
    codes,
    profiles: checkProfiles,
    extension: checkExtensionContent,
    conformsTo,
    rules: resourceRules,
  });
  const configured = (type: string): readonly string[] => parts.profiles.get(type) ?? [];
  const byType = new Map<string, ValidateOptions>(
    definitions.resourceTypes.map((type) => [
      type,
      {
        level: levels.byType.get(type) ?? levels.others,
        profiles: configured(type),
        refuseWrongDisplays,
        withoutInformation: true,
      },
    ]),
  );
  return {
    validate: (resource, level) =>
      validator.validate(resource, level === undefined ? byType.get(String(resource.resourceType)) : { level }),
    examine: (resource, profiles) =>
      validator.validate(resource, {
        profiles: [...configured(String(resource.resourceType)), ...profiles],
        refuseWrongDisplays,
        preferredCodes: true,
      }),
  };
}
