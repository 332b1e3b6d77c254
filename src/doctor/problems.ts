import type { Finding, FindingLevel } from "../contract/diagnosis.js";
import type { ErrorData } from "../contract/errors.js";

/** What to do about a problem of status(), by the first pattern that fits its code. Their messages say what is wrong, many the fix too. */
const ADVICE: readonly [RegExp, FindingLevel, string][] = [
  [/^engine\/unreachable/, "error", "Upload all files of dist/tag into one folder, the script's own, and allow them in script-src."],
  [/^release\/unreachable/, "error", "Check data-manifest, and connect-src and CORS where it is another origin."],
  [/^release\/(missing|truncated|hash|mismatch)/, "error", "Upload the release again: its files first, manifest.json last, and empty the CDN's cache."],
  [/^release\/older/, "warning", "Roll back with presently rollback, which publishes the old content as a new version."],
  [/^(manifest|shard|tensors|encoder|cards|text)\//, "error", "Publish the release anew with the endpoint's publish, and upload all of its files."],
  [/^engine\/worker-lost/, "warning", "Serve worker.js beside the script and allow it in worker-src; the shop goes on meanwhile."],
  [/^(rank|kernel)\//, "note", "Allow 'wasm-unsafe-eval' in script-src for the faster kernel; the results are the same."],
  [/^persona\//, "note", "Nothing to do for the shop: another backend, or plain JavaScript, stands in."],
  [/^storage\//, "warning", "Nothing to do for the shop, unless every shopper has it: then look whether something fills or blocks the origin's storage."],
  [/^catalog\//, "note", "Nothing to do: the release is downloaded instead of kept."],
  [/^feedback\/unavailable/, "error", "Serve feedback.js beside the script."],
  [/^feedback\//, "warning", "Look at the endpoint's status page and at presently.ledger()."],
  [/^consent\/gpc/, "note", "Nothing to do: the shopper's browser has decided."],
  [/^event/, "warning", "Correct the call of track() that the message names."],
];

export function checkProblems(problems: readonly ErrorData[]): Finding[] {
  return problems.map(({ code, message }) => {
    const [, level, fix] = ADVICE.find(([pattern]) => pattern.test(code)) ?? [null, "warning" as const, "If it stays, report it with this diagnosis."];
    return { code, level, text: message, fix };
  });
}
