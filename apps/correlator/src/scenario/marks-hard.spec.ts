import { scoresIn } from './marks.spec-support.js';

it('takes apart little of what is hard to see, and puts nothing together that is not one', async () => {
  const scores = await scoresIn('scenarios-hard');
  expect(scores.scenarios).toBe(780);
  expect(scores.groupingPrecision).toBeGreaterThanOrEqual(0.984);
  expect(scores.groupingRecall).toBeGreaterThanOrEqual(0.918);
  expect(scores.primaryRight.share).toBeGreaterThanOrEqual(0.922);
  expect(scores.noiseReductionMultiSymptom.share).toBeGreaterThanOrEqual(0.876);
  expect(scores.missedProblems).toBe(0);
  expect(scores.falseIncidents.share).toBeLessThan(0.185);
}, 600_000);
