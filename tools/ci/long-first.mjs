// A jest sequencer. Without durations of an earlier run Jest begins with the largest files, and would end with these small ones.
import Sequencer from '@jest/test-sequencer';

const longSuites = [
  'bench/src/bench.spec.ts',
  'chaos/src/chaos.spec.ts',
  'scenario/marks-hard.spec.ts',
  'scenario/marks.spec.ts',
];
const isLong = ({ path }) => longSuites.some((name) => path.endsWith(name));

export default class LongFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
