/** Lines of the files of a made-up release of SNOMED CT, in the layout of Release Format 2. */
export interface Rf2Lines {
  readonly concepts: readonly string[];
  readonly descriptions: readonly string[];
  readonly relationships: readonly string[];
  readonly concreteValues?: readonly string[];
  readonly languages?: readonly string[];
  readonly associations?: readonly string[];
  readonly simple?: readonly string[];
  readonly extendedMaps?: readonly string[];
  readonly definitions?: readonly string[];
}

const MEMBER = 'id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId';
const DESCRIPTION = 'id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId';
const RELATIONSHIP = (value: string): string =>
  `id\teffectiveTime\tactive\tmoduleId\tsourceId\t${value}\trelationshipGroup\ttypeId\tcharacteristicTypeId\tmodifierId`;
const TERMS = 'SnomedCT_Made_20240101/Snapshot/Terminology';
const REFSETS = 'SnomedCT_Made_20240101/Snapshot/Refset';

/** Names and headers of the files. */
export const RF2_FILES: Readonly<Record<keyof Rf2Lines, { readonly name: string; readonly header: string }>> = {
  concepts: {
    name: `${TERMS}/sct2_Concept_Snapshot_INT_20240101.txt`,
    header: 'id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId',
  },
  descriptions: { name: `${TERMS}/sct2_Description_Snapshot-en_INT_20240101.txt`, header: DESCRIPTION },
  definitions: { name: `${TERMS}/sct2_TextDefinition_Snapshot-en_INT_20240101.txt`, header: DESCRIPTION },
  relationships: {
    name: `${TERMS}/sct2_Relationship_Snapshot_INT_20240101.txt`,
    header: RELATIONSHIP('destinationId'),
  },
  concreteValues: {
    name: `${TERMS}/sct2_RelationshipConcreteValues_Snapshot_INT_20240101.txt`,
    header: RELATIONSHIP('value'),
  },
  languages: {
    name: `${REFSETS}/Language/der2_cRefset_LanguageSnapshot-en_INT_20240101.txt`,
    header: `${MEMBER}\tacceptabilityId`,
  },
  associations: {
    name: `${REFSETS}/Content/der2_cRefset_AssociationSnapshot_INT_20240101.txt`,
    header: `${MEMBER}\ttargetComponentId`,
  },
  simple: { name: `${REFSETS}/Content/der2_Refset_SimpleSnapshot_INT_20240101.txt`, header: MEMBER },
  extendedMaps: {
    name: `${REFSETS}/Map/der2_iisssccRefset_ExtendedMapSnapshot_INT_20240101.txt`,
    header: `${MEMBER}\tmapGroup\tmapPriority\tmapRule\tmapAdvice\tmapTarget\tcorrelationId\tmapCategoryId`,
  },
};

/** The files of a release by name. */
export function rf2Contents(lines: Rf2Lines): Record<string, string> {
  const contents: Record<string, string> = {};
  for (const [key, rows] of Object.entries(lines) as [keyof Rf2Lines, readonly string[]][]) {
    const { name, header } = RF2_FILES[key];
    contents[name] = `${[header, ...rows].join('\r\n')}\r\n`;
  }
  return contents;
}
