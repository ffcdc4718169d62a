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
    [['dead-letters', 'replay', '12'], { name: 'dead-letters replay', seq: 12 }],
  ])('%j is understood', (argv, command) => {
    expect(parseCommand(argv).command).toEqual(command);
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
    [['send-test', '--within', ''], '--within is a number from 1'],
  ])('%j is not, and the fault is named', (argv, message) => {
    expect(() => parseCommand(argv)).toThrow(UsageError);
    expect(() => parseCommand(argv)).toThrow(message);
  });
});
