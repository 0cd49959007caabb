import { goldenText, readGolden } from './golden/golden-file.ts';
import { describeSamples, mapMessage, readSample } from './samples.ts';

describeSamples('what is made of a sample is what was read and found right', (sample) => {
  test(sample, () => {
    // By line, so that a failure shows the entries that differ.
    const lines = (text: string | undefined): readonly string[] | undefined => text?.split('\n');
    expect(lines(goldenText(mapMessage(readSample(sample))))).toEqual(lines(readGolden(sample)));
  });
});
