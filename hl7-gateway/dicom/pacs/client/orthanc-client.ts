import { isObject, type JsonObject } from '../../../../server/kernel/json.ts';
import { Unreachable } from '../../../client/http-call.ts';
import { objectOf, objectsOf, textOf, textsOf } from '../../../map/json.ts';
import { isUid } from '../read/pacs-study.ts';
import { callPacs, type PacsAccess } from './pacs-call.ts';

/** Changes of an Orthanc since a number. https://orthanc.uclouvain.be/book/users/rest.html#tracking-changes */
export interface OrthancChanges {
  /** Ids of what it says of studies and series. */
  readonly studies: readonly string[];
  readonly series: readonly string[];
  /** Number of the last change of this page. */
  readonly last: number;
  readonly isDone: boolean;
}

/** The REST interface of an Orthanc. */
export interface OrthancClient {
  changes(since: number, limit: number): Promise<OrthancChanges>;
  /** Number of the newest change; 0 where there is none. */
  lastChange(): Promise<number>;
  /** Study Instance UID by Orthanc's id of a study or a series; undefined where it is gone. */
  studyUid(level: 'studies' | 'series', id: string): Promise<string | undefined>;
  /** Orthanc's ids of a study; it holds one for each patient number that its instances have. */
  studies(studyUid: string): Promise<readonly string[]>;
  /** Orthanc's ids of the instances of a study, under whatever patient number. */
  instances(studyUid: string): Promise<readonly string[]>;
  /** Attributes of an instance by their keywords; undefined where it is gone. */
  tags(instance: string): Promise<JsonObject | undefined>;
}

/** What a change of a study means is read at the study: new, more of it, done. */
const STUDY_CHANGES = new Set(['NewStudy', 'StableStudy', 'UpdatedMetadata', 'UpdatedAttachment']);

/** @param base `http://pacs:8042` */
export function openOrthancClient(base: string, access: PacsAccess): OrthancClient {
  async function read(path: string, body?: JsonObject | string): Promise<JsonObject[string]> {
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    return (await callPacs(access, new URL(`${base}/${path}`), 'application/json', text)).body;
  }
  async function page(query: string): Promise<JsonObject> {
    const answer = objectOf(await read(`changes?${query}`));
    const { Last: last, Done: isDone, Changes: changes } = answer;
    const isWhole = typeof last === 'number' && Number.isSafeInteger(last) && last >= 0;
    if (!isWhole || typeof isDone !== 'boolean' || !Array.isArray(changes)) {
      throw new Unreachable('the PACS tells no changes');
    }
    return answer;
  }
  async function studies(studyUid: string): Promise<readonly string[]> {
    return textsOf(await read('tools/find', { Level: 'Study', Query: { StudyInstanceUID: studyUid } }));
  }
  return {
    async changes(since, limit) {
      const answer = await page(`since=${since}&limit=${limit}`);
      const changes = objectsOf(answer.Changes);
      const idsOf = (isWanted: (type: string) => boolean): readonly string[] => [
        ...new Set(changes.filter(({ ChangeType }) => isWanted(textOf(ChangeType))).map(({ ID }) => textOf(ID))),
      ];
      const studies = changes.filter(({ ResourceType }) => ResourceType === 'Study').map(({ ID }) => textOf(ID));
      return {
        studies: idsOf((type) => STUDY_CHANGES.has(type)).filter((id) => studies.includes(id)),
        series: idsOf((type) => type === 'NewSeries'),
        last: Number(answer.Last),
        isDone: answer.Done === true,
      };
    },
    async lastChange() {
      return Number((await page('last')).Last);
    },
    async studyUid(level, id) {
      const found = await read(`${level}/${id}${level === 'series' ? '/study' : ''}`);
      const uid = textOf(objectOf(objectOf(found).MainDicomTags).StudyInstanceUID);
      return isUid(uid) ? uid : undefined;
    },
    studies,
    async instances(studyUid) {
      const ids: string[] = [];
      for (const study of await studies(studyUid)) {
        const found = await read(`studies/${study}/instances`);
        ids.push(...objectsOf(found).map(({ ID }) => textOf(ID)));
      }
      return ids;
    },
    async tags(instance) {
      const found = await read(`instances/${instance}/simplified-tags`);
      return isObject(found) ? found : undefined;
    },
  };
}
