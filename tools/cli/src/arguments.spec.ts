import { parseCommand, UsageError } from './arguments.js';

describe('the command line', () => {
  it.each([
    [['--help'], { name: 'help' }],
    [['status', '-h'], { name: 'help' }],
    [['status'], { name: 'status', json: false }],
    [['--json', 'status'], { name: 'status', json: true }],
    [
      ['send-test'],
      { name: 'send-test', severity: 'P2', source: 'grafana', resolve: false, withinMs: 30_000 },
    ],
    [
      ['send-test', '--severity=P0', '--source', 'api', '--resolve', '--within', '5'],
      { name: 'send-test', severity: 'P0', source: 'api', resolve: true, withinMs: 5_000 },
    ],
    [['dead-letters', 'list'], { name: 'dead-letters list', limit: 50, json: false }],
    [
      ['dead-letters', 'list', '--limit', '3', '--stream', 'COMMANDS', '--json'],
      { name: 'dead-letters list', limit: 3, json: true, stream: 'COMMANDS' },
    ],
    [['check-config', 'a.yaml'], { name: 'check-config', file: 'a.yaml', offline: false }],
    [['check-config', 'a.yaml', '--offline'], { name: 'check-config', file: 'a.yaml', offline: true }],
    [
      ['test', 'a', '--junit', 'j.xml'],
      { name: 'test', test: { folder: 'a', rules: undefined, junit: 'j.xml', verbose: false } },
    ],
    [
      ['explain', '--labels', 'a=b,"c d"="x,\\"y"', '--source', 'kubernetes'],
      { name: 'explain', labels: { a: 'b', 'c d': 'x,"y' }, source: 'kubernetes', json: false },
    ],
    [['export', 'problem', 'p1'], { name: 'export', export: { id: 'p1', out: undefined } }],
    [['export', 'problem', 'p1', '--out', 'f'], { name: 'export', export: { id: 'p1', out: 'f' } }],
    [
      [
        'backtest',
        'a.yaml',
        '--since',
        '2026-03-02T03:12Z',
        '--until',
        '2026-03-03T04:12:10+01:00',
        '--json',
      ],
      {
        name: 'backtest',
        backtest: {
          file: 'a.yaml',
          since: '2026-03-02T03:12:00.000Z',
          until: '2026-03-03T03:12:10.000Z',
          json: true,
        },
      },
    ],
    [['board', '--at', '2026-03-02T03:12Z'], { name: 'board', at: '2026-03-02T03:12:00.000Z', json: false }],
    [['config', 'apply', 'a.yaml', '--note', 'n'], { name: 'config apply', file: 'a.yaml', note: 'n' }],
    [['config', 'history'], { name: 'config history', limit: 50, json: false }],
    [['config', 'show'], { name: 'config show' }],
    [['config', 'diff', '3'], { name: 'config diff', from: 3 }],
    [['config', 'diff', '3', '4'], { name: 'config diff', from: 3, to: 4 }],
    [['config', 'rollback', '3'], { name: 'config rollback', version: 3 }],
    [['dead-letters', 'replay', '12'], { name: 'dead-letters replay', seq: 12 }],
  ])('%j is understood', (argv, command) => {
    expect(parseCommand(argv).command).toEqual(command);
  });

  it('counts back from now, a week if nothing is said', () => {
    const sinceOf = (...argv: readonly string[]) => {
      const { command } = parseCommand(['backtest', 'a', ...argv]);
      if (command.name !== 'backtest') throw new Error(command.name);
      const { since, until } = command.backtest;
      return Date.parse(until) - Date.parse(since);
    };
    expect([sinceOf(), sinceOf('--since', '90m')]).toEqual([7 * 86_400_000, 90 * 60_000]);
  });

  it('says where things are', () => {
    const { flags } = parseCommand(['status', '--nats', 'nats://n', '--api', 'http://a', '--token', 't']);
    expect(flags).toEqual({ nats: 'nats://n', api: 'http://a', token: 't' });
  });

  it.each([
    [[], 'which command?'],
    [['dance'], 'there is no command dance'],
    [['status', '--nope'], "Unknown option '--nope'"],
    [['status', '--resolve'], 'status takes no --resolve'],
    [['status', 'now'], 'status takes no now'],
    [['dead-letters'], 'dead-letters list, show SEQ, replay SEQ or drop SEQ'],
    [['dead-letters', 'eat', '1'], 'dead-letters list, show SEQ, replay SEQ or drop SEQ'],
    [['dead-letters', 'show'], 'SEQ is a number from 1'],
    [['dead-letters', 'drop', '0'], 'SEQ is a number from 1'],
    [['dead-letters', 'drop', '1', '2'], 'dead-letters drop takes no 2'],
    [['dead-letters', 'list', '--limit', '1.5'], '--limit is a number from 1'],
    [['send-test', '--severity', 'P9'], '--severity is P0 to P4, not P9'],
    [['send-test', '--source', 'mail'], '--source is grafana or api, not mail'],
    [['check-config'], 'FILE is missing'],
    [['check-config', 'a', 'b'], 'check-config takes no b'],
    [['test'], 'FOLDER is missing'],
    [['test', 'a', '--json'], 'test takes no --json'],
    [['explain'], '--labels is missing'],
    [['explain', '--labels', 'a'], '--labels: operator =, !=, =~ or !~ is missing at position 1 of "a"'],
    [['explain', '--labels', 'a!=b'], '--labels are name=value, not a!=b'],
    [['explain', '--labels', 'a=b', '--source', 'No'], '--source is a kind of source'],
    [['export', 'a'], 'export problem ID'],
    [['export', 'problem'], 'ID is missing'],
    [['backtest'], 'FILE is missing'],
    [['backtest', 'a', '--since', 'monday'], '--since is a time such as 2026-03-02T03:12Z'],
    [['backtest', 'a', '--since', '1d', '--until', '2d'], '--since is a time before --until'],
    [['board'], '--at is missing'],
    [['board', '--at', '2026-13-02T03:12Z'], '--at is a time such as'],
    [['config'], 'config apply FILE, history'],
    [['config', 'rollback'], 'VERSION is a number from 1'],
    [['config', 'diff', 'x'], 'FROM is a number from 1'],
    [['send-test', '--within', ''], '--within is a number from 1'],
  ])('%j is not, and the fault is named', (argv, message) => {
    expect(() => parseCommand(argv)).toThrow(UsageError);
    expect(() => parseCommand(argv)).toThrow(message);
  });
});
