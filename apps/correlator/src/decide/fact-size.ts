import { cutText, type Labels, type ProblemView } from '@gomon/contracts';

/** Text of the primary alert in a fact, in UTF-16 units: a message may have 1 MiB. All of it is in the API. */
const BUDGET = 100_000;
const LONGEST = 8_192;
const MOST_VALUES = 100;

/** A problem whose texts fit into a message; what is left out is left out from the end. */
export function boundedForMessage(view: ProblemView): ProblemView {
  const { primary } = view;
  if (isSmall(primary)) return view;
  let left = BUDGET;
  const fitting = (texts: Labels): Record<string, string> =>
    Object.fromEntries(
      Object.entries(texts).flatMap(([name, value]) => {
        const kept = cutText(value, LONGEST);
        left -= name.length + kept.length;
        return left < 0 ? [] : [[name, kept]];
      }),
    );
  return {
    ...view,
    primary: {
      ...primary,
      labels: fitting(primary.labels),
      annotations: fitting(primary.annotations),
      ...(primary.valueString === undefined ? {} : { valueString: cutText(primary.valueString, LONGEST) }),
      ...(primary.values === undefined
        ? {}
        : { values: Object.fromEntries(Object.entries(primary.values).slice(0, MOST_VALUES)) }),
    },
  };
}

/** Nearly all are, and stay as they are. */
function isSmall({ labels, annotations, valueString = '', values = {} }: ProblemView['primary']): boolean {
  let length = valueString.length;
  for (const texts of [labels, annotations])
    for (const name in texts) length += name.length + (texts[name]?.length ?? 0);
  return length <= LONGEST && Object.keys(values).length <= MOST_VALUES;
}
