import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Hl7Map } from '#sdk';
import { every, type Loop } from '../../../server/kernel/every.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';
import type { MessageMap } from '../map-context.ts';
import { mapOf } from '../message-maps.ts';
import { withModuleMap } from './module-map.ts';

/** The maps of all events: the gateway's own, and those of the modules that the server has enabled. */
export interface ModuleMaps {
  /** `not-ready`: the server has not said yet which modules it has; undefined: nobody reads that event. */
  mapOf(event: string): MessageMap | 'not-ready' | undefined;
  /** Asks the server now. @throws what `read` throws */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface ModuleMapsOptions {
  /** Answer of the server's operation `$modules` (server/docs/modules.md). */
  read(): Promise<JsonObject>;
  /** Where the modules' folders are: built ones for a gateway that is built, else the sources. */
  readonly folder: string;
  /** Pause between two looks at the server, ms. */
  readonly pause: number;
  /** Told of the first of several failures in a row; messages are read by the maps known before. */
  onError(error: unknown): void;
}

/**
 * Which modules an organisation has is the server's to say. Code of those alone that have maps is loaded, once, and from this
 * machine: where it is not, their events wait for people, as nobody else may read them in the module's stead.
 */
export function openModuleMaps({ read, folder, pause, onError }: ModuleMapsOptions): ModuleMaps {
  const loaded = new Map<string, Promise<readonly Hl7Map[]>>();
  let contributed: ReadonlyMap<string, MessageMap | undefined> | undefined;

  function load(module: string): Promise<readonly Hl7Map[]> {
    const known = loaded.get(module);
    if (known !== undefined) return known;
    const loading = loadMaps(module, folder);
    loaded.set(module, loading);
    loading.catch(() => loaded.delete(module));
    return loading;
  }

  async function refresh(): Promise<void> {
    const maps = new Map<string, MessageMap | undefined>();
    const failures: unknown[] = [];
    for (const { module, events } of contributionsIn(await read())) {
      // Nobody reads them until the module's code is there.
      for (const event of events) maps.set(event, undefined);
      try {
        for (const map of await load(module)) {
          if (events.includes(map.event)) maps.set(map.event, withModuleMap(map, module, mapOf(map.event)));
        }
      } catch (error) {
        failures.push(error);
      }
    }
    contributed = maps;
    if (failures.length > 0) throw new AggregateError(failures, 'HL7 maps of modules cannot be loaded');
  }

  const loop: Loop = every(pause, refresh, onError);
  return {
    mapOf(event) {
      if (contributed === undefined) return 'not-ready';
      return contributed.has(event) ? contributed.get(event) : mapOf(event);
    },
    refresh,
    close: () => loop.stop(),
  };
}

interface Contribution {
  readonly module: string;
  /** `ORU^R01` */
  readonly events: readonly string[];
}

/** Modules that are enabled and have maps. */
function contributionsIn({ parameter }: JsonObject): readonly Contribution[] {
  return objectsOf(parameter)
    .filter(({ name }) => name === 'module')
    .map(({ part }) => {
      const values = (name: string): readonly string[] =>
        objectsOf(part)
          .filter((each) => each.name === name)
          .map((each) => String(each.valueCode ?? each.valueString));
      return { module: values('name')[0] ?? '', state: values('state')[0], events: values('hl7Map') };
    })
    .filter(({ module, state, events }) => MODULE.test(module) && state === 'enabled' && events.length > 0);
}

/** What the server answers becomes a path. */
const MODULE = /^[a-z][a-z0-9-]{0,39}$/;

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

interface LoadedManifest {
  readonly default?: { code(): Promise<{ readonly code?: { readonly hl7Maps?: readonly Hl7Map[] } }> };
}

/** @throws Error that names the module */
async function loadMaps(module: string, folder: string): Promise<readonly Hl7Map[]> {
  const files = ['manifest.ts', 'manifest.js'].map((name) => join(folder, module, name));
  const file = files.find((each) => existsSync(each));
  if (file === undefined) throw new Error(`module ${module} is not here: its HL7 maps cannot be loaded`);
  // Relative, since that is what all of Node's loaders, and tests, understand alike; a variable, so that no bundler looks.
  const path = relative(dirname(fileURLToPath(import.meta.url)), file).replaceAll(sep, '/');
  const specifier = path.startsWith('.') ? path : `./${path}`;
  try {
    const manifest = (await import(specifier)) as LoadedManifest;
    const { code } = (await manifest.default?.code()) ?? {};
    return code?.hl7Maps ?? [];
  } catch (cause) {
    throw new Error(`module ${module}: its HL7 maps cannot be loaded`, { cause });
  }
}
