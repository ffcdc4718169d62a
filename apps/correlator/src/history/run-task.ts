import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { historyItem, historyTask, type HistoryItem } from '@gomon/contracts';
import type { Terminal } from '../scenario/run-files.js';
import { backtest, backtestText } from './backtest.js';
import { boardAt, boardText } from './board.js';
import { exportProblem } from './export.js';

const EXIT = { same: 0, different: 1, fault: 2 } as const;

/** Does what the first line asks for with the history that follows it; resolves with the exit code. */
export async function runTask(input: Readable, { out, err }: Terminal): Promise<number> {
  try {
    const lines = createInterface({ input })[Symbol.asyncIterator]();
    const first = await lines.next();
    const task = historyTask.parse(JSON.parse(first.done === true ? '' : first.value));
    const items = itemsIn(lines);
    switch (task.task) {
      case 'backtest': {
        const result = await backtest(task, items);
        out(task.json ? JSON.stringify(result, null, 1) : backtestText(result));
        return result.same ? EXIT.same : EXIT.different;
      }
      case 'board': {
        const result = await boardAt(task, items);
        out(task.json ? JSON.stringify(result, null, 1) : boardText(result));
        return EXIT.same;
      }
      case 'export': {
        const { text, failures } = await exportProblem(task, items);
        out(text.trimEnd());
        for (const failure of failures) err(`not the same by the rules in force: ${failure}`);
        return failures.length === 0 ? EXIT.same : EXIT.different;
      }
    }
  } catch (error) {
    err(error instanceof Error ? error.message : String(error));
    return EXIT.fault;
  }
}

async function* itemsIn(lines: AsyncIterator<string>): AsyncGenerator<HistoryItem> {
  for (let line = await lines.next(); line.done !== true; line = await lines.next())
    if (line.value !== '') yield historyItem.parse(JSON.parse(line.value));
}
