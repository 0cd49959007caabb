import { readRows } from '../../read-rows.ts';
import type { ReleaseBuilder } from '../../release-builder.ts';
import type { ReadContext } from '../../release-format.ts';
import type { LoincFiles } from './loinc.ts';
import { AXES } from './loinc-terms.ts';

/** Parts (LP…): what codes are made of, and the nodes of the hierarchy. */
export async function readParts({ parts }: LoincFiles, builder: ReleaseBuilder, context: ReadContext): Promise<void> {
  const type = builder.kind('PartTypeName', 'string');
  const columns = ['PartNumber', 'PartTypeName', 'PartName', 'PartDisplayName?', 'Status'];
  for (const file of parts) {
    await readRows(context, file, { delimiter: ',', isQuoted: true, columns }, (cells, line) => {
      const [code = '', typeName = '', name = '', display = '', status] = cells;
      const isActive = status !== 'DEPRECATED';
      const id = builder.concept({ code, display: display === '' ? name : display, isActive }, file.name, line);
      if (id !== undefined) builder.property(id, type, { value: typeName });
    });
  }
}

/** The parts of the codes, as values of the axes: by the number of the part or by its name. */
export async function readPartLinks(
  { partLinks }: LoincFiles,
  builder: ReleaseBuilder,
  context: ReadContext,
): Promise<void> {
  const axes = new Map<string, number>(AXES.map((code) => [code, builder.kind(code, 'Coding')]));
  const columns = ['LoincNumber', 'PartNumber', 'PartName', 'Property'];
  for (const file of partLinks) {
    await readRows(context, file, { delimiter: ',', isQuoted: true, columns }, (cells, line) => {
      const [code = '', part = '', value = '', property = ''] = cells;
      const kind = axes.get(property.slice(property.lastIndexOf('/') + 1));
      if (kind === undefined) return;
      const id = builder.idOf(code);
      const target = builder.idOf(part);
      if (id === undefined) context.problems.error(file.name, line, `the code ${code} is not in Loinc.csv`);
      else builder.property(id, kind, { value, ...(target === undefined ? {} : { target }) });
    });
  }
}

/** The hierarchy by component and system. Nodes that are no parts of a code come with it. */
export async function readHierarchy(
  { hierarchy }: LoincFiles,
  builder: ReleaseBuilder,
  context: ReadContext,
): Promise<void> {
  const columns = ['IMMEDIATE_PARENT', 'CODE', 'CODE_TEXT'];
  const edges: [string, number, number][] = [];
  for (const file of hierarchy) {
    await readRows(
      context,
      file,
      { delimiter: ',', isQuoted: true, columns },
      ([parent = '', code = '', text = ''], line) => {
        const id = builder.idOf(code) ?? builder.concept({ code, display: text, isAbstract: true }, file.name, line);
        if (id !== undefined && parent !== '') edges.push([parent, id, line]);
      },
    );
    for (const [parent, id, line] of edges) {
      const above = builder.idOf(parent);
      if (above === undefined) context.problems.error(file.name, line, `the parent ${parent} is not in the file`);
      else builder.parent(id, above);
    }
  }
}

/** Panels and what they hold. */
export async function readPanels({ panels }: LoincFiles, builder: ReleaseBuilder, context: ReadContext): Promise<void> {
  const element = builder.kind('panel-element', 'code');
  const columns = ['ParentLoinc', 'Loinc'];
  for (const file of panels) {
    await readRows(context, file, { delimiter: ',', isQuoted: true, columns }, ([parent = '', code = ''], line) => {
      if (parent === code) return;
      const panel = builder.idOf(parent);
      const target = builder.idOf(code);
      if (panel === undefined || target === undefined)
        context.problems.warning(file.name, line, `the panel ${parent} or its element ${code} is not in Loinc.csv`);
      else builder.property(panel, element, { target });
    });
  }
}
