// A jest reporter that keeps the number of tests so far in a file, so that it is known even of a run that breaks off.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export default class CountTests {
  #folder;
  #counts = { passed: 0, failed: 0, skipped: 0 };

  constructor({ coverageDirectory }) {
    this.#folder = coverageDirectory;
  }

  onRunStart() {
    this.#write();
  }

  onTestFileResult(_test, result) {
    this.#counts.passed += result.numPassingTests;
    // A file that could not be run as a whole counts as one test that failed at least.
    this.#counts.failed += Math.max(result.numFailingTests, result.testExecError === undefined ? 0 : 1);
    this.#counts.skipped += result.numPendingTests + result.numTodoTests;
    this.#write();
  }

  #write() {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, 'test-counts.json'), JSON.stringify(this.#counts));
  }
}
