import { createHash } from 'node:crypto';
import type { ParsedMessage } from '../hl7/parsed-message.ts';
import { append } from './elements.ts';
import type { MapContext } from './map-context.ts';
import type { MappedEntry, MappedMessage, MappedResource, PatientMerge, UnmappedCode } from './mapped-message.ts';
import { readSegment, type SegmentReader } from './reading/segment-reader.ts';

/** An entry before it has its fullUrl. */
export type DraftEntry = Omit<MappedEntry, 'fullUrl'>;

/** What is being made of one message: maps read the message through it and add what it says. */
export class MappingDraft {
  readonly message: ParsedMessage;
  readonly context: MapContext;
  readonly segments: readonly SegmentReader[];
  private readonly entries = new Map<string, MappedEntry>();
  private readonly byIdentity = new Map<string, string>();
  private readonly merges: PatientMerge[] = [];
  private readonly patients = new Set<string>();
  private readonly unmapped = new Map<string, UnmappedCode>();
  private readonly namespace: string;

  constructor(message: ParsedMessage, context: MapContext) {
    this.message = message;
    this.context = context;
    const counts = new Map<string, number>();
    this.segments = message.segments.map((segment) => {
      const ordinal = (counts.get(segment.name) ?? 0) + 1;
      counts.set(segment.name, ordinal);
      return readSegment(segment, ordinal, message.delimiters);
    });
    // The text belongs to it: a control id may come again with other content, and both may be applied together.
    this.namespace = createHash('sha256')
      .update(`${context.partner}\n${message.controlId}\n`)
      .update(message.raw)
      .digest('hex');
  }

  all(name: string): readonly SegmentReader[] {
    return this.segments.filter((segment) => segment.name === name);
  }

  first(name: string): SegmentReader | undefined {
    return this.segments.find((segment) => segment.name === name);
  }

  /** The same for the same message and place, in every attempt; UUID of version 8 (RFC 9562 §5.8). */
  fullUrl(place: string): string {
    const hex = createHash('sha256').update(this.namespace).update(place).digest('hex');
    return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  /**
   * Adds what the message says of one resource. Of what it names twice (same type, same first search) there is one entry: what it
   * names in passing (`create`) gives way to what it says, and of two that say something the later one wins by element.
   * @param place where it stands: `PV1[1]-7[1]`
   * @returns its fullUrl
   */
  add(place: string, entry: DraftEntry): string {
    const identity = identityOf(entry.resource.resourceType, entry.match);
    const known = identity === undefined ? undefined : this.byIdentity.get(identity);
    const before = known === undefined ? undefined : this.entries.get(known);
    if (known === undefined || before === undefined) {
      const fullUrl = this.fullUrl(`${entry.resource.resourceType} ${place}`);
      this.entries.set(fullUrl, { ...entry, fullUrl });
      if (identity !== undefined) this.byIdentity.set(identity, fullUrl);
      return fullUrl;
    }
    if (entry.mode !== 'create') {
      const isSame = before.mode !== 'create';
      this.entries.set(known, {
        ...(isSame ? before : {}),
        ...entry,
        fullUrl: known,
        resource: isSame ? { ...before.resource, ...entry.resource } : entry.resource,
      });
    }
    return known;
  }

  /** The fullUrl that `add` will return there. */
  nameOf(place: string, type: string, match: readonly string[]): string {
    return this.byIdentity.get(identityOf(type, match) ?? '') ?? this.fullUrl(`${type} ${place}`);
  }

  /** More of what was added under a fullUrl: by element, extensions beside those that are there. @returns whether it was */
  amend(fullUrl: string, { extension, ...elements }: MappedResource): boolean {
    const entry = this.entries.get(fullUrl);
    if (entry?.resource.resourceType !== elements.resourceType) return false;
    const resource = { ...entry.resource, ...elements, resourceType: entry.resource.resourceType };
    for (const each of Array.isArray(extension) ? extension : []) append(resource, 'extension', each);
    this.entries.set(fullUrl, { ...entry, resource });
    return true;
  }

  /** What was added under a fullUrl. */
  entryOf(fullUrl: string): MappedEntry | undefined {
    return this.entries.get(fullUrl);
  }

  /** The fullUrl of the first entry of a mode. */
  firstOf(mode: MappedEntry['mode']): string | undefined {
    return [...this.entries.values()].find((entry) => entry.mode === mode)?.fullUrl;
  }

  addMerge(merge: PatientMerge): void {
    this.merges.push(merge);
  }

  /** Names who the message is about. @param key `system|value` */
  addPatient(key: string): void {
    this.patients.add(key);
  }

  addUnmapped(code: UnmappedCode): void {
    this.unmapped.set(`${code.source} ${code.code} ${code.target}`, code);
  }

  /** The fullUrls of what the message says something of: not of what it names in passing. */
  told(): readonly string[] {
    return [...this.entries.values()].filter(({ mode }) => mode !== 'create').map(({ fullUrl }) => fullUrl);
  }

  finish(): MappedMessage {
    return {
      entries: [...this.entries.values()],
      merges: this.merges,
      patients: [...this.patients],
      unmappedCodes: [...this.unmapped.values()],
      unread: this.segments.flatMap((segment) => segment.unread()),
    };
  }
}

function identityOf(type: string, [first]: readonly string[]): string | undefined {
  return first === undefined ? undefined : `${type}?${first}`;
}
