import type { JsonObject } from '../../server/kernel/json.ts';
import type { Problems } from './problem.ts';
import type { ReleaseBuilder } from './release-builder.ts';
import type { ReleaseInput } from './release-input.ts';

/** What a reader of files tells while it reads. */
export interface ReadContext {
  readonly problems: Problems;
  countBytes(bytes: number): void;
  countRow(): void;
  /** Waits until what was built so far is on its way to the database. */
  drain(): Promise<void>;
}

/** What the person who loads says of the release. */
export interface ReleaseSpec {
  readonly input: ReleaseInput;
  readonly version: string | undefined;
  readonly url: string | undefined;
}

export interface ReleaseIdentity {
  readonly url: string;
  readonly version: string;
  readonly isCaseSensitive: boolean;
  /** Whether reference sets and ECL select concepts. */
  readonly hasRefsets: boolean;
  /** The CodeSystem resource, as far as it is known before the content is read. */
  readonly header: JsonObject;
}

/** How releases of one publisher are laid out. */
export interface ReleaseFormat {
  /** As `--type` names it. */
  readonly name: string;
  readonly title: string;
  /** Must be accepted by those who load it. */
  readonly licence?: { readonly name: string; readonly url: string };
  /** @throws UnreadableRelease when files are missing or the version must be given */
  identify(spec: ReleaseSpec): Promise<ReleaseIdentity>;
  /** Bytes that will be read. */
  bytes(input: ReleaseInput): number;
  read(input: ReleaseInput, builder: ReleaseBuilder, context: ReadContext): Promise<void>;
}
