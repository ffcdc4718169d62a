import { readArguments } from './arguments.js';

describe('the arguments', () => {
  it.each([
    [[], { demo: true, once: false, help: false }],
    [['--no-demo'], { demo: false, once: false, help: false }],
    [['--once'], { demo: true, once: true, help: false }],
  ])('%j', (argv, expected) => {
    expect(readArguments(argv)).toEqual(expected);
  });

  it.each([[['--once', '--no-demo']], [['--twice']], [['stray']]])('%j are refused', (argv) => {
    expect(() => readArguments(argv)).toThrow();
  });
});
