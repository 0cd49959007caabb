import { dateText, nameText } from './dicom-json.ts';
import { button, element } from './element.ts';
import type { Images, Series, Study } from './images.ts';
import { openPictures } from './pictures.ts';
import { openSeriesView, type SeriesViewOptions } from './series-view.ts';

/** Shows a study: whose it is, its series, and the images of the one that is chosen. */
export interface StudyView {
  readonly parts: readonly HTMLElement[];
  /** Shows the first series. */
  begin(): Promise<void>;
  /** Lets all pictures go. */
  close(): void;
}

export function openStudyView(
  images: Images,
  study: Study,
  told: Pick<SeriesViewOptions, 'onProblem' | 'onShown'>,
): StudyView {
  const pictures = openPictures(images);
  const place = element('div', { 'aria-busy': 'false' });
  const buttons = new Map<Series, HTMLButtonElement>();
  let chosen: Series | undefined;

  async function choose(series: Series): Promise<void> {
    chosen = series;
    pictures.clear();
    for (const [each, mark] of buttons) mark.setAttribute('aria-current', String(each === series));
    place.setAttribute('aria-busy', 'true');
    try {
      const view = await openSeriesView({
        images,
        pictures,
        study: study.uid,
        series,
        title: titleOf(series),
        ...told,
      });
      if (chosen === series) place.replaceChildren(view);
    } catch (error) {
      if (chosen === series) told.onProblem(error);
    } finally {
      if (chosen === series) place.setAttribute('aria-busy', 'false');
    }
  }

  const items = study.series.map((series) => {
    const mark = button(titleOf(series), () => void choose(series));
    buttons.set(series, mark);
    return element('li', {}, mark);
  });
  const facts = [nameText(study.patientName), study.patientId, dateText(study.birthDate)].filter((text) => text !== '');
  const about = [dateText(study.date), study.description, study.accession].filter((text) => text !== '');
  return {
    parts: [
      element('header', {}, element('h1', {}, facts.join(' · ')), element('p', { class: 'soft' }, about.join(' · '))),
      element('nav', { 'aria-label': 'Series' }, element('h2', {}, 'Series'), element('ul', {}, ...items)),
      place,
    ],
    async begin() {
      const [first] = study.series;
      if (first !== undefined) await choose(first);
      else place.append(element('p', {}, 'This study has no images.'));
    },
    close: () => pictures.clear(),
  };
}

function titleOf({ modality, number, description }: Series): string {
  const name = description === '' ? `Series ${number ?? ''}`.trim() : description;
  return modality === '' ? name : `${modality}: ${name}`;
}
