import { filesBelow, read } from './files.js';

const paths = await filesBelow('.', /\.(spec|spec-support)\.ts$/);

/** A server that is told to listen on a port of its own, and a variable that tells one to. */
const fixedPort = /\.listen\(\s*(?!0\b)\d+\b|\b(?:[A-Z_]*PORT|port):\s*'?(?!0\b)[1-6]?\d{1,4}\b/g;

describe('the specs', () => {
  it('listen on no port that somebody else could have', async () => {
    const found = await Promise.all(
      paths.map(async (path) =>
        [...(await read(path)).matchAll(fixedPort)].map(([text]) => `${path}: ${text}`),
      ),
    );
    expect(found.flat()).toEqual([]);
  });
});
