import type { CdsService } from '../sdk/cds-service.ts';
import { isHook } from './hook-context.ts';
import { readTemplate, type PrefetchTemplate } from './prefetch-template.ts';

/** A service as the server offers it. */
export interface OfferedService {
  /** Name of the module that has it. */
  readonly module: string;
  readonly service: CdsService;
  readonly templates: ReadonlyMap<string, PrefetchTemplate>;
}

export interface ContributedService {
  readonly module: string;
  readonly service: CdsService;
}

const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/**
 * Services of modules by their ids.
 * @throws Error when one is declared wrongly, or two have one id; it names the modules
 */
export function offeredServices(contributed: readonly ContributedService[]): ReadonlyMap<string, OfferedService> {
  const offered = new Map<string, OfferedService>();
  for (const { module, service } of contributed) {
    const { id, hook, prefetch = {} } = service;
    const name = `CDS service ${id} of module ${module}`;
    if (!ID.test(id)) throw new Error(`${name}: its id must have letters, digits, "-", "_" and "." only`);
    if (!isHook(hook)) throw new Error(`${name}: there is no hook ${String(hook)}`);
    const other = offered.get(id);
    if (other !== undefined) throw new Error(`${name} has the id of one of module ${other.module}`);
    offered.set(id, { module, service, templates: templatesOf(name, prefetch) });
  }
  return offered;
}

function templatesOf(
  name: string,
  prefetch: NonNullable<CdsService['prefetch']>,
): ReadonlyMap<string, PrefetchTemplate> {
  return new Map(
    Object.entries(prefetch).map(([key, text]) => {
      try {
        return [key, readTemplate(text)] as const;
      } catch (cause) {
        throw new Error(`${name}: ${cause instanceof Error ? cause.message : ''}`, { cause });
      }
    }),
  );
}

/** What clients learn of a service. https://cds-hooks.hl7.org/2.0/#discovery */
export function described({ service: { id, hook, title, text, prefetch } }: OfferedService): object {
  return { hook, title, description: text, id, ...(prefetch === undefined ? {} : { prefetch }) };
}
