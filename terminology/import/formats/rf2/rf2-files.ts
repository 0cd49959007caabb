import { UnreadableRelease } from '../../problem.ts';
import type { ReleaseFile, ReleaseInput } from '../../release-input.ts';
import { filesOf } from '../release-files.ts';

/** The files of a Snapshot that are loaded. */
export interface Rf2Files {
  readonly concepts: readonly ReleaseFile[];
  readonly descriptions: readonly ReleaseFile[];
  readonly definitions: readonly ReleaseFile[];
  readonly relationships: readonly ReleaseFile[];
  readonly concreteValues: readonly ReleaseFile[];
  readonly languages: readonly ReleaseFile[];
  readonly associations: readonly ReleaseFile[];
  readonly attributeValues: readonly ReleaseFile[];
  readonly simple: readonly ReleaseFile[];
  readonly simpleMaps: readonly ReleaseFile[];
  readonly extendedMaps: readonly ReleaseFile[];
}

/**
 * https://confluence.ihtsdotools.org/display/DOCRELFMT/3.3.2+Release+File+Naming+Convention ; releases that are not final
 * have an x before the names.
 * @throws UnreadableRelease when the release has no Snapshot, or one without concepts, descriptions or relationships
 */
export function rf2Files(input: ReleaseInput): Rf2Files {
  const named = (pattern: string): readonly ReleaseFile[] => filesOf(input, new RegExp(`^x?${pattern}.*\\.txt$`));
  const files = {
    concepts: named('sct2_Concept_Snapshot'),
    descriptions: named('sct2_Description_Snapshot'),
    definitions: named('sct2_TextDefinition_Snapshot'),
    relationships: named('sct2_Relationship_Snapshot'),
    concreteValues: named('sct2_RelationshipConcreteValues_Snapshot'),
    languages: named('der2_cRefset_Language\\w*Snapshot'),
    associations: named('der2_cRefset_Association\\w*Snapshot'),
    attributeValues: named('der2_cRefset_AttributeValue\\w*Snapshot'),
    simple: named('der2_Refset_\\w*Snapshot'),
    simpleMaps: named('der2_sRefset_\\w*Map\\w*Snapshot'),
    extendedMaps: named('der2_iisssccRefset_\\w*Snapshot'),
  };
  const missing = [
    ...(files.concepts.length === 0 ? ['sct2_Concept_Snapshot_…'] : []),
    ...(files.descriptions.length === 0 ? ['sct2_Description_Snapshot-…'] : []),
    ...(files.relationships.length === 0 ? ['sct2_Relationship_Snapshot_…'] : []),
  ];
  if (missing.length > 0) {
    throw new UnreadableRelease(
      input.name,
      `has no file ${missing.join(', ')}; a release with a Snapshot folder is needed`,
    );
  }
  return files;
}
