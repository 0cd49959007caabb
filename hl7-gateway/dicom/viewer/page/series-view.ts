import { button, element } from './element.ts';
import type { Frame, Images, Series, Window } from './images.ts';
import type { Pictures } from './pictures.ts';

export interface SeriesViewOptions {
  readonly images: Images;
  readonly pictures: Pictures;
  readonly study: string;
  readonly series: Series;
  readonly title: string;
  onProblem(error: unknown): void;
  /** There is a picture: what was wrong before is not any more. */
  onShown(): void;
}

/** Values of CT are Hounsfield units, so that windows have the same meaning everywhere; those of other modalities have none. */
const CT_WINDOWS: readonly (readonly [string, Window])[] = [
  ['Soft tissue', { centre: 40, width: 400 }],
  ['Lung', { centre: -600, width: 1500 }],
  ['Bone', { centre: 500, width: 2000 }],
  ['Brain', { centre: 40, width: 80 }],
];
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowUp: -1,
  PageUp: -10,
  ArrowRight: 1,
  ArrowDown: 1,
  PageDown: 10,
};

/** One series, a picture at a time. @throws what the images refuse */
export async function openSeriesView(options: SeriesViewOptions): Promise<HTMLElement> {
  const { images, pictures, study, series, title, onProblem, onShown } = options;
  const frames = await images.frames(study, series.uid);
  const place = element('p', { 'aria-live': 'polite' });
  if (frames.length === 0) {
    place.textContent = 'This series has no images.';
    return element('section', { 'aria-label': title }, element('h2', {}, title), place);
  }
  const picture = element('img', { alt: '' });
  const slider = element('input', { type: 'range', min: '1', max: String(frames.length), 'aria-label': 'Image' });
  const choice = windowChoice(series.modality);
  let at = 0;
  let turn = 0;

  async function show(index: number): Promise<void> {
    at = Math.max(0, Math.min(frames.length - 1, index));
    turn += 1;
    const mine = turn;
    const window = choice?.chosen();
    slider.value = String(at + 1);
    const words = `Image ${at + 1} of ${frames.length}`;
    slider.setAttribute('aria-valuetext', words);
    back.setAttribute('aria-disabled', String(at === 0));
    forward.setAttribute('aria-disabled', String(at === frames.length - 1));
    const frame = frames[at];
    if (frame === undefined) return;
    try {
      const address = await pictures.addressOf(frame, window);
      // Another one was asked for meanwhile.
      if (mine !== turn) return;
      picture.src = address;
      picture.alt = `${words} of ${title}`;
      place.textContent = words;
      onShown();
      fetchAhead(pictures, frames, at, window);
    } catch (error) {
      if (mine !== turn) return;
      picture.removeAttribute('src');
      picture.alt = '';
      place.textContent = `${words} cannot be shown.`;
      onProblem(error);
    }
  }

  const back = button('Previous', () => void show(at - 1));
  const forward = button('Next', () => void show(at + 1));
  slider.addEventListener('input', () => void show(slider.valueAsNumber - 1));
  choice?.element.addEventListener('change', () => void show(at));
  const section = element(
    'section',
    { 'aria-label': title },
    element('h2', {}, title),
    element('div', { class: 'tools' }, back, slider, forward, ...(choice === undefined ? [] : [choice.element])),
    element('figure', {}, picture),
    place,
    element(
      'p',
      { class: 'soft' },
      'Arrow keys go from image to image. Not for diagnosis: images are shown as pictures of 8 bits.',
    ),
  );
  section.addEventListener('keydown', (event) => {
    if (event.target instanceof HTMLSelectElement || event.target === slider) return;
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? frames.length - 1 : at + (STEPS[event.key] ?? NaN);
    if (Number.isNaN(next) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    void show(next);
  });
  await show(0);
  return section;
}

/** What comes next is there when it is asked for. */
function fetchAhead(pictures: Pictures, frames: readonly Frame[], at: number, window: Window | undefined): void {
  for (const index of [at + 1, at + 2, at - 1]) {
    const frame = frames[index];
    if (frame !== undefined) pictures.addressOf(frame, window).catch(() => undefined);
  }
}

interface WindowChoice {
  readonly element: HTMLElement;
  chosen(): Window | undefined;
}

function windowChoice(modality: string): WindowChoice | undefined {
  if (modality !== 'CT') return undefined;
  const select = element(
    'select',
    { 'aria-label': 'Window' },
    element('option', { value: '' }, 'Window: as stored'),
    ...CT_WINDOWS.map(([name]) => element('option', { value: name }, name)),
  );
  return { element: select, chosen: () => CT_WINDOWS.find(([name]) => name === select.value)?.[1] };
}
