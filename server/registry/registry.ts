import type { JsonObject } from '../kernel/json.ts';
import type { Bot } from '../sdk/bot.ts';
import type { CdsService } from '../sdk/cds-service.ts';
import type { Hl7Map } from '../sdk/hl7-map.ts';
import type { ModuleCode, Page } from '../sdk/module.ts';
import type { ModuleOperation } from '../sdk/operation.ts';
import type { Projection } from '../sdk/projection.ts';
import type { Report } from '../sdk/report.ts';
import type { Rule } from '../sdk/rule.ts';
import type { FoundModule } from './discover.ts';

/** A JSON file of a module. */
export interface ModuleFile {
  /** `profiles/StructureDefinition-lot.json`, within the module. */
  readonly path: string;
  readonly json: JsonObject;
}

/** What a module contributes as data. */
export interface ModuleData {
  /** StructureDefinitions, SearchParameters, CodeSystems, … */
  readonly definitions: readonly ModuleFile[];
  readonly roles: readonly ModuleFile[];
  readonly seeds: readonly ModuleFile[];
  readonly demos: readonly ModuleFile[];
  /** Differs whenever the definitions or the roles do. */
  readonly sha256: string;
}

/** A module that is enabled. */
export interface RegisteredModule extends FoundModule {
  readonly data: ModuleData;
  readonly code: ModuleCode;
  /** Values by the setting's name. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What a module contributes, with its name. */
export interface Owned {
  readonly module: string;
}

/**
 * What the enabled modules contribute, in load order. Whether a module is in force for a tenant is another question
 * (module-host/state/open-modules.ts).
 */
export interface Registry {
  /** All that are there, by name. */
  readonly found: readonly FoundModule[];
  readonly modules: readonly RegisteredModule[];
  readonly rules: readonly (Owned & { readonly rule: Rule })[];
  readonly operations: readonly (Owned & { readonly operation: ModuleOperation })[];
  readonly projections: readonly (Owned & { readonly projection: Projection })[];
  readonly bots: readonly (Owned & { readonly bot: Bot })[];
  readonly cdsServices: readonly (Owned & { readonly service: CdsService })[];
  readonly reports: readonly (Owned & { readonly report: Report })[];
  readonly hl7Maps: readonly (Owned & { readonly map: Hl7Map })[];
  readonly pages: readonly (Owned & { readonly page: Page })[];
  /** Value of a setting. @throws Error for one that the module's manifest does not name */
  setting(module: string, name: string): string;
}

/** @param modules in load order */
export function createRegistry(found: readonly FoundModule[], modules: readonly RegisteredModule[]): Registry {
  const all = <T, O>(
    pick: (module: RegisteredModule) => readonly T[] | undefined,
    own: (value: T, module: string) => O,
  ): O[] => modules.flatMap((module) => (pick(module) ?? []).map((value) => own(value, module.manifest.name)));
  return {
    found,
    modules,
    rules: all(
      ({ code }) => code.rules,
      (rule, module) => ({ module, rule }),
    ),
    operations: all(
      ({ code }) => code.operations,
      (operation, module) => ({ module, operation }),
    ),
    projections: all(
      ({ code }) => code.projections,
      (projection, module) => ({ module, projection }),
    ),
    bots: all(
      ({ code }) => code.bots,
      (bot, module) => ({ module, bot }),
    ),
    cdsServices: all(
      ({ code }) => code.cdsServices,
      (service, module) => ({ module, service }),
    ),
    reports: all(
      ({ code }) => code.reports,
      (report, module) => ({ module, report }),
    ),
    hl7Maps: all(
      ({ code }) => code.hl7Maps,
      (map, module) => ({ module, map }),
    ),
    pages: all(
      ({ manifest }) => manifest.contributes.pages,
      (page, module) => ({ module, page }),
    ),
    setting(module, name) {
      const value = modules.find(({ manifest }) => manifest.name === module)?.settings[name];
      if (value === undefined) throw new Error(`module ${module} has no setting ${name}; its manifest must name it`);
      return value;
    },
  };
}
