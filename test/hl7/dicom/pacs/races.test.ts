import { openPacs } from '../../../../hl7-gateway/dicom/pacs/open-pacs.ts';
import { serveHttp } from '../../../../hl7-gateway/http/serve-http.ts';
import { createLog } from '../../../../server/kernel/log.ts';
import { until } from '../../../harness/eventually.ts';
import { freePort } from '../../../harness/free-port.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { newUid, sampleImage } from '../harness/sample-image.ts';
import { HOOK_SECRET, imagingOrder, openPacsClinic, patient, type PacsClinic } from './pacs-clinic.ts';

const ANNA = { patientId: 'P-1', patientName: 'Müller^Anna', birthDate: '19800203', sex: 'F', issuer: '1.2.3' };
const log = createLog('silent', 'test');

describeImaging('each study is there once', () => {
  let clinic: PacsClinic;
  let annaId = '';
  beforeAll(async () => {
    clinic = await openPacsClinic();
    annaId = (await clinic.create(patient('P-1'))).id ?? '';
  });
  afterAll(() => clinic.close());

  /** One ImagingStudy of each, with as many instances. */
  async function areComplete(uids: readonly string[], instances: number): Promise<boolean> {
    const found = await Promise.all(uids.map((uid) => clinic.studies(uid)));
    return found.every(([study, ...others]) => study?.numberOfInstances === instances && others.length === 0);
  }

  test('when several gateways read one PACS, and one of them begins anew again and again', async () => {
    const options = {
      ...{ store: clinic.opened.store, client: clinic.client, log, partners: () => [], now: () => Date.now() },
      ...{ dicomWeb: clinic.orthanc.dicomWeb, user: clinic.orthanc.user, password: clinic.orthanc.password },
      timeZone: 'UTC',
      reconcileEvery: 300,
    };
    const others = [openPacs({ ...options, orthanc: clinic.orthanc.base }), openPacs(options)];
    const uids = Array.from({ length: 12 }, () => newUid());
    for (const [place, studyUid] of uids.entries()) {
      if (place % 2 === 0) await clinic.create(imagingOrder(annaId, `RACE${place}`, studyUid));
      await clinic.orthanc.upload(sampleImage({ ...ANNA, studyUid }), sampleImage({ ...ANNA, studyUid }));
      if (place % 4 === 3) await clinic.restart();
    }
    await until(() => areComplete(uids, 2));
    await Promise.all(others.map((each) => each.close()));
  });

  test('when the PACS ends, answers nothing, and comes back', async () => {
    const uids = [newUid(), newUid()];
    const [first = '', second = ''] = uids;
    await clinic.orthanc.upload(sampleImage({ ...ANNA, studyUid: first }));
    await clinic.orthanc.kill();
    await clinic.restart();
    await clinic.orthanc.start();
    await clinic.orthanc.upload(sampleImage({ ...ANNA, studyUid: second }));
    await until(() => areComplete(uids, 1));
    expect((await clinic.studies(first))[0]).toMatchObject({ status: 'available' });
  });

  test('a PACS that is asked by DICOMweb alone has its studies taken over, too', async () => {
    await clinic.restart({ orthanc: undefined });
    const studyUid = newUid();
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    await clinic.orthanc.upload(sampleImage({ ...ANNA, studyUid, studyDate: today }));
    await until(() => areComplete([studyUid], 1));
  });

  test('the hook takes the secret alone', async () => {
    const address = { host: '127.0.0.1', port: await freePort() };
    const server = await serveHttp({ address, routes: clinic.pacs().routes, origins: [], log });
    const call = async (method: string, secret?: string): Promise<number> => {
      const headers: Record<string, string> = secret === undefined ? {} : { 'x-hook-secret': secret };
      const body = method === 'POST' ? '{}' : null;
      return (await fetch(`http://127.0.0.1:${server.port}/pacs/hook`, { method, headers, body })).status;
    };
    expect(await call('POST')).toBe(401);
    expect(await call('POST', `${HOOK_SECRET}x`)).toBe(401);
    expect(await call('GET', HOOK_SECRET)).toBe(405);
    expect(await call('POST', HOOK_SECRET)).toBe(204);
    await server.close();
  });
});
