import type { Judgement } from './judge.js';

/** The results as JUnit XML, as build servers read it: a test case for each scenario. */
export function junitOf(judgements: readonly Judgement[]): string {
  const failed = judgements.filter(({ ok }) => !ok).length;
  const cases = judgements.map(({ played, failures }) => {
    const opening = `    <testcase classname="scenarios" name="${escaped(played.name)}"`;
    if (failures.length === 0) return `${opening}/>`;
    const [first = ''] = failures;
    return `${opening}>
      <failure message="${escaped(first)}">${escaped(failures.join('\n'))}</failure>
    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="scenarios" tests="${judgements.length}" failures="${failed}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};
/** No XML 1.0 document can hold these at all. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

function escaped(text: string): string {
  return text
    .replace(FORBIDDEN, '\u{FFFD}')
    .replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character);
}
