import { scoresIn } from './marks.spec-support.js';

it('puts what really happens together as often as it has to', async () => {
  const scores = await scoresIn('scenarios');
  expect(scores.scenarios).toBeGreaterThanOrEqual(200);
  expect(scores.groupingPrecision).toBeGreaterThanOrEqual(0.98);
  expect(scores.groupingRecall).toBeGreaterThanOrEqual(0.97);
  expect(scores.primaryRight.share).toBeGreaterThanOrEqual(0.95);
  expect(scores.noiseReductionMultiSymptom.share).toBeGreaterThanOrEqual(0.9);
  expect(scores.missedProblems).toBe(0);
  expect(scores.falseIncidents.share).toBeLessThan(0.05);
}, 600_000);
