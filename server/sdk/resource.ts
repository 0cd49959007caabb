import type { Resource, ResourceType } from '@medplum/fhirtypes';

/** Types that the package adds to those of FHIR R4. */
type Foreign =
  | 'AccessPolicy'
  | 'Agent'
  | 'AsyncJob'
  | 'Bot'
  | 'BulkDataExport'
  | 'ClientApplication'
  | 'Cron'
  | 'DicomInstance'
  | 'DicomSeries'
  | 'DicomStudy'
  | 'DomainConfiguration'
  | 'Enterprise'
  | 'JsonWebKey'
  | 'Login'
  | 'Package'
  | 'PackageInstallation'
  | 'PackageRelease'
  | 'Project'
  | 'ProjectMembership'
  | 'SmartAppLaunch'
  | 'SmartHealthLink'
  | 'SubscriptionStatus'
  | 'User'
  | 'UserConfiguration'
  | 'UserSecurityRequest';

/** Name of a resource type of FHIR R4: `Patient`, `Observation`, … */
export type TypeName = Exclude<ResourceType, Foreign>;

type ByName = { readonly [R in Resource as R['resourceType'] extends Foreign ? never : R['resourceType']]: R };

/** A resource of a type, as a client would send it. Decimals are read by `decimalText`, never as JavaScript numbers. */
export type ResourceOf<T extends TypeName> = ByName[T] & { readonly resourceType: T };

/** A resource as it is stored. */
export type Stored<T extends TypeName> = ResourceOf<T> & {
  readonly id: string;
  readonly meta: { readonly versionId: string; readonly lastUpdated: string };
};

export type AnyResource = ResourceOf<TypeName>;
