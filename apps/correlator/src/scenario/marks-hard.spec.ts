import { scoresIn } from './marks.spec-support.js';

it('takes apart little of what is hard to see, and puts nothing together that is not one', async () => {
  const scores = await scoresIn('scenarios-hard');
  expect(scores.scenarios).toBe(396);
  expect(scores.groupingPrecision).toBeGreaterThanOrEqual(0.987);
  expect(scores.groupingRecall).toBeGreaterThanOrEqual(0.902);
  expect(scores.primaryRight.share).toBeGreaterThanOrEqual(0.941);
  expect(scores.noiseReductionMultiSymptom.share).toBeGreaterThanOrEqual(0.878);
  expect(scores.missedProblems).toBe(0);
  expect(scores.falseIncidents.share).toBeLessThan(0.285);
}, 600_000);
