import type { Bot } from './bot.ts';
import type { CdsService } from './cds-service.ts';
import type { Hl7Map } from './hl7-map.ts';
import type { ModuleOperation } from './operation.ts';
import type { Projection } from './projection.ts';
import type { Report } from './report.ts';
import type { Rule } from './rule.ts';
import type { ClinicTransaction } from './clinic.ts';

/** A page of the web console. */
export interface Page {
  /** Below the console's root, unique: `/stock`. */
  readonly path: string;
  readonly title: string;
  /** Who sees it; empty: everybody who is signed in. */
  readonly roles: readonly string[];
  /** Where its link stands: `main`, `patient`, … */
  readonly slot: string;
  /** The page's file below the module's `pages/`. */
  readonly entry: string;
}

/** A setting of a module: an environment variable `NAME_OF_MODULE_SETTING`. */
export interface ModuleSetting {
  /** `reminder-hours`. */
  readonly name: string;
  readonly text: string;
  readonly default: string;
  /** Throws an Error that says what would be accepted. */
  check?(value: string): void;
}

/** Folders with JSON files, below the module's own; those that are left out are not read. */
export interface Contributes {
  /** StructureDefinition (profiles, extensions). */
  readonly profiles?: string;
  /** SearchParameter. */
  readonly search?: string;
  /** CodeSystem, ValueSet, ConceptMap, NamingSystem. */
  readonly terminology?: string;
  /** Roles (server/access/README.md). */
  readonly access?: string;
  /** Transaction Bundles that are loaded when the module is enabled first; entries are conditional on identifiers. */
  readonly seed?: string;
  /** The same, by `npm run demo` only. */
  readonly demo?: string;
  readonly pages?: readonly Page[];
  /** A web application: a folder with `index.html`, built by Vite and handed out below `/NAME/`; a client of the server under the module's name. */
  readonly site?: string;
  readonly settings?: readonly ModuleSetting[];
}

/** What a module's code.ts exports as `code`. */
export interface ModuleCode {
  readonly rules?: readonly Rule[];
  readonly operations?: readonly ModuleOperation[];
  readonly projections?: readonly Projection[];
  readonly bots?: readonly Bot[];
  readonly cdsServices?: readonly CdsService[];
  readonly reports?: readonly Report[];
  readonly hl7Maps?: readonly Hl7Map[];
  /** Steps from an older version of the module, oldest first; each runs once per tenant, in a transaction. */
  readonly upgrades?: readonly { readonly to: string; run(clinic: ClinicTransaction): Promise<void> }[];
}

/** A module's manifest.ts: data, and where its code is. */
export interface Module {
  /** Name of its folder: `medications`. */
  readonly name: string;
  readonly title: string;
  /** Semantic version. */
  readonly version: string;
  /** Names of modules that must be enabled. */
  readonly depends: readonly string[];
  /** A glue module: enabled exactly when everything that it depends on is. */
  readonly autoEnable?: true;
  readonly contributes: Contributes;
  /** Called only when the module is enabled. */
  code(): Promise<{ readonly code: ModuleCode }>;
}

export function defineModule(module: Module): Module {
  return module;
}
