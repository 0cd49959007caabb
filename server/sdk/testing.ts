import { basename, dirname } from 'node:path';
import {
  findBypasses,
  findDeletionBypasses,
  type Bypass,
  type BypassCase,
  type DeletionCase,
} from '../../test/harness/bypass-kit.ts';
import { openModuleClinic, withDependencies, type ModuleClinic } from '../../test/harness/module-clinic.ts';
import { PRINCIPAL } from '../../test/harness/test-principal.ts';
import type { Stored, TypeName } from './resource.ts';

export { eventually, until } from '../../test/harness/eventually.ts';

export interface TestClinicOptions {
  /** As the setting MODULES. Default: the module and those that it depends on. */
  readonly modules?: string;
  /** Values of settings, of the module and of the server, by their environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Who asks; without it, it is the server itself, which may do everything. */
export interface TestUser {
  readonly roles: readonly string[];
  /** `Practitioner/1` */
  readonly fhirUser?: string;
  /** When they gave a second factor, in milliseconds as `Date.now()`. */
  readonly secondFactor?: number;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The resource that was answered. */
  readonly body: TestBody;
}

/** A resource as tests look at it. */
export interface TestBody {
  readonly resourceType: string;
  readonly id?: string;
  readonly total?: number;
  readonly issue?: readonly { readonly severity: string; readonly details: { readonly text: string } }[];
  readonly parameter?: readonly Readonly<Record<string, unknown>>[];
  readonly [element: string]: unknown;
}

/** A resource to be stored; the server says whether it is one. */
interface TestResource {
  readonly resourceType: TypeName;
  readonly id?: string;
}

/** A clinic with modules, on a database of its own. */
export interface TestClinic {
  /** `GET [base]/path` */
  get(path: string): Promise<TestAnswer>;
  /** Any other request; the body is a resource. */
  send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<TestAnswer>;
  /** Stores a resource, under its id when it has one. @throws Error with the server's answer when it does not take it */
  store<R extends TestResource>(resource: R): Promise<Stored<R['resourceType']>>;
  /** The same clinic for somebody with roles. */
  as(user: TestUser): Pick<TestClinic, 'get' | 'send' | 'store'>;
  /** One run of a bot that runs by schedule. @param at default: now */
  runBot(name: string, at?: Date): Promise<void>;
  /**
   * Tries to store what a rule refuses by every path that writes: REST, Bundles, patches, conditional verbs, import, …
   * @returns the paths that got by it: `expect(await clinic.bypasses({ … })).toEqual([])`
   */
  bypasses(rule: BypassCase): Promise<readonly Bypass[]>;
  /** The same for a rule that refuses to have a resource deleted. */
  deletionBypasses(rule: DeletionCase): Promise<readonly Bypass[]>;
}

/**
 * A server with a module, and with those that it depends on, for the tests of a file; it opens before them and closes
 * after them. Requests go over HTTP.
 * @param folder the module's: `import.meta.dirname`
 */
export function testClinic(folder: string, options: TestClinicOptions = {}): TestClinic {
  let server: ModuleClinic | undefined;

  beforeAll(async () => {
    const place = dirname(folder);
    const selection = options.modules ?? (await withDependencies(place, basename(folder)));
    server = await openModuleClinic(place, selection, options.env);
  });
  afterAll(() => server?.close());

  function open(): ModuleClinic {
    if (server === undefined) throw new Error('the clinic is open while tests run, not before');
    return server;
  }

  async function call(method: string, path: string, body: object | undefined, user: TestUser | undefined) {
    const headers: Record<string, string> = user === undefined ? {} : { [PRINCIPAL]: JSON.stringify(user) };
    return method === 'GET' ? open().get(path, headers) : open().send(method, path, body, headers);
  }

  function actingAs(user: TestUser | undefined): ReturnType<TestClinic['as']> {
    return {
      get: (path) => call('GET', path, undefined, user),
      send: (method, path, body) => call(method, path, body, user),
      async store<R extends TestResource>(resource: R) {
        const { resourceType, id } = resource;
        const isNew = id === undefined;
        const path = isNew ? resourceType : `${resourceType}/${id}`;
        const { status, text, body } = await call(isNew ? 'POST' : 'PUT', path, resource, user);
        if (status >= 300) throw new Error(`${status}: ${text}`);
        return body as unknown as Stored<R['resourceType']>;
      },
    };
  }

  return {
    ...actingAs(undefined),
    as: actingAs,
    runBot: (name, at = new Date()) => open().runBot(name, at),
    bypasses: (rule) => findBypasses(open(), rule),
    deletionBypasses: (rule) => findDeletionBypasses(open(), rule),
  };
}
