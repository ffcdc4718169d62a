import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { filesOf } from './find-files.js';
import { judge } from './judge.js';
import { readScenario } from './scenario-file.js';
import { scoresOf } from './score.js';

const FOLDER = fileURLToPath(new URL('../../../../scenarios', import.meta.url));

it('puts what really happens together as often as it has to', async () => {
  const judgements = [];
  for (const file of await filesOf([FOLDER])) {
    const read = readScenario(await readFile(file, 'utf8'), {});
    if (!read.ok) throw new Error(`${file}: ${JSON.stringify(read.faults)}`);
    judgements.push(judge(read.scenario, read.rules));
  }
  const scores = scoresOf(judgements);
  expect(scores.scenarios).toBeGreaterThanOrEqual(200);
  expect(scores.groupingPrecision).toBeGreaterThanOrEqual(0.98);
  expect(scores.groupingRecall).toBeGreaterThanOrEqual(0.97);
  expect(scores.primaryRight.share).toBeGreaterThanOrEqual(0.95);
  expect(scores.noiseReductionMultiSymptom.share).toBeGreaterThanOrEqual(0.9);
  expect(scores.missedProblems).toBe(0);
  expect(scores.falseIncidents.share).toBeLessThan(0.05);
}, 240_000);
