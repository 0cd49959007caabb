import { button, element } from './element.ts';
import { whenIdle } from './idle.ts';
import { ImagesRefused, openImages } from './images.ts';
import { readSettings, type Settings } from './settings.ts';
import { leaveForSignIn, returnFromSignIn } from './sign-in.ts';
import { openStudyView } from './study-view.ts';

const main = document.getElementById('viewer') ?? document.body;
const problems = element('div', { role: 'alert' });

/** `?StudyInstanceUIDs=UID`, as viewers are called; of several the first. https://docs.ohif.org/deployment/ */
const studyAsked = (): string | undefined =>
  new URLSearchParams(location.search).get('StudyInstanceUIDs')?.split(',')[0];

function complain(error: unknown, settings: Settings | undefined): void {
  const text = error instanceof Error ? error.message : 'Something failed.';
  const signIn = settings?.signIn;
  const again =
    error instanceof ImagesRefused && error.status === 401 && signIn !== undefined && signIn !== null
      ? [button('Sign in again', () => void leaveForSignIn(signIn))]
      : [button('Try again', () => location.reload())];
  problems.replaceChildren(element('div', { class: 'problem' }, element('p', {}, text), ...again));
}

async function start(): Promise<void> {
  let settings: Settings | undefined;
  try {
    settings = await readSettings();
    const { signIn, origin } = settings;
    // 127.0.0.1 and localhost are two origins; a sign-in knows one.
    if (signIn !== null && origin !== location.origin) {
      location.replace(origin + location.pathname + location.search);
      return;
    }
    const token = signIn === null ? undefined : await returnFromSignIn(signIn);
    if (signIn !== null && token === undefined) {
      await leaveForSignIn(signIn);
      return;
    }
    await show(settings, token);
  } catch (error) {
    main.replaceChildren(problems);
    complain(error, settings);
  }
}

async function show(settings: Settings, token: string | undefined): Promise<void> {
  const uid = studyAsked();
  if (uid === undefined || uid === '') throw new Error('The address names no study (StudyInstanceUIDs).');
  const images = openImages('../dicom-web', token);
  const view = openStudyView(images, await images.study(uid), {
    onProblem: (error) => complain(error, settings),
    onShown: () => problems.replaceChildren(),
  });
  main.replaceChildren(problems, ...view.parts);
  whenIdle(() => {
    view.close();
    main.replaceChildren(problems);
    complain(new Error('The images were closed, as nobody was here for a while.'), settings);
  });
  await view.begin();
}

main.replaceChildren(element('p', { class: 'waiting', role: 'status' }, 'Loading …'));
await start();
