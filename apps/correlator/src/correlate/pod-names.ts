/** What controllers put behind the name of a workload: hashes, random letters (no vowels), ordinals, and very short marks. */
const SUFFIX = /-(?:[a-z0-9]*\d[a-z0-9]*|[bcdfghjklmnpqrstvwxz]{5}|[a-z]{1,2})$/;
/** Letters that follow such a suffix and might be anything by themselves. */
const LAST = /-[a-z0-9]{4,6}$/;
const MOST_SUFFIXES = 3;
/** Of a Deployment: the hash of its template, and five letters. */
const DEPLOYED = /^(.+)-(?=[a-z]*\d)[a-z0-9]{6,10}-[a-z0-9]{5}$/;

/** The workload that a pod belongs to, by how its controllers name it: `cart-6d4cf56db6-x7k2p`, `fluentd-x7k2p`, `web-0`. */
export function workloadOfPod(pod: string): string {
  return workloadsOfPod(pod)[0] ?? pod;
}

/** Every workload that it may belong to: of `web-0-7f8d` it is `web-0` rather than `web`. */
export function workloadsOfPod(pod: string): readonly string[] {
  const deployed = DEPLOYED.exec(pod)?.[1];
  if (deployed !== undefined) return [deployed];
  const names: string[] = [];
  let rest = pod;
  if (!SUFFIX.test(rest)) {
    const short = rest.replace(LAST, '');
    if (SUFFIX.test(short)) rest = short;
  }
  for (let step = 0; step < MOST_SUFFIXES && SUFFIX.test(rest); step += 1) {
    rest = rest.replace(SUFFIX, '');
    if (rest !== '') names.push(rest);
  }
  return names;
}
