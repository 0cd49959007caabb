import type { Principal } from '../../../access/principal.ts';
import type { FoundModule } from '../../../registry/discover.ts';
import type { RegisteredModule, Registry } from '../../../registry/registry.ts';
import type { Page } from '../../../sdk/module.ts';
import type { InForce } from '../in-force.ts';

type Part = { readonly name: string } & Readonly<Record<string, unknown>>;

/**
 * Modules as `$modules` answers them. State: `enabled`; `disabled`: the organisation has switched it off, or something that
 * it depends on; `left-out`: the server does not run it.
 * @param only the name of one; undefined: all
 */
export function moduleParameters(
  registry: Registry,
  inForce: InForce,
  principal: Principal,
  only?: string,
): readonly Part[] {
  return registry.found
    .filter(({ manifest }) => only === undefined || manifest.name === only)
    .map((found) => {
      const registered = registry.modules.find(({ manifest }) => manifest === found.manifest);
      const isOn = inForce.isEnabled(principal.tenant, found.manifest.name);
      const state = registered === undefined ? 'left-out' : isOn ? 'enabled' : 'disabled';
      return {
        name: 'module',
        part: [
          ...describe(found, state),
          ...(registered === undefined ? [] : contributions(registered)),
          ...(isOn ? pagesOf(found, principal) : []),
        ],
      };
    });
}

function describe({ manifest: { name, title, version, depends } }: FoundModule, state: string): Part[] {
  return [
    { name: 'name', valueCode: name },
    { name: 'title', valueString: title },
    { name: 'version', valueString: version },
    { name: 'state', valueCode: state },
    ...depends.map((needed) => ({ name: 'depends', valueCode: needed })),
  ];
}

function contributions({ code, data }: RegisteredModule): Part[] {
  const named = (name: string, values: readonly string[] | undefined): Part[] =>
    (values ?? []).map((value) => ({ name, valueString: value }));
  return [
    ...named(
      'operation',
      code.operations?.map((operation) => operation.code),
    ),
    ...named(
      'rule',
      code.rules?.map((rule) => rule.name),
    ),
    ...named(
      'projection',
      code.projections?.map((projection) => projection.name),
    ),
    ...named(
      'bot',
      code.bots?.map((bot) => bot.name),
    ),
    ...named(
      'cdsService',
      code.cdsServices?.map((service) => service.id),
    ),
    ...named(
      'report',
      code.reports?.map((report) => report.id),
    ),
    ...named(
      'hl7Map',
      code.hl7Maps?.map((map) => map.event),
    ),
    ...data.definitions.flatMap(({ json }) => (typeof json.url === 'string' ? named('definition', [json.url]) : [])),
  ];
}

function pagesOf({ manifest }: FoundModule, { kind, roles }: Principal): Part[] {
  const isFor = (page: Page): boolean =>
    kind === 'server' || page.roles.length === 0 || page.roles.some((role) => roles.includes(role));
  return (manifest.contributes.pages ?? []).filter(isFor).map(({ path, title, slot, entry }) => ({
    name: 'page',
    part: [
      { name: 'path', valueString: path },
      { name: 'title', valueString: title },
      { name: 'slot', valueCode: slot },
      { name: 'entry', valueString: `${manifest.name}/${entry}` },
    ],
  }));
}
