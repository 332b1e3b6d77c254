import type { Diagnosis, FindingLevel } from "../contract/diagnosis.js";

const MARKS: Readonly<Record<FindingLevel, string>> = { error: "✗", warning: "!", note: "·", ok: "✓" };
const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

/** The diagnosis as text that can go into a mail as it is. */
export function printed({ version, address, findings, files }: Diagnosis): string {
  const count = (level: FindingLevel) => findings.filter((finding) => finding.level === level).length;
  const errors = count("error");
  const warnings = count("warning");
  const verdict =
    errors + warnings === 0 ? "all is well" : `${errors} ${errors === 1 ? "error" : "errors"}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}`;
  const lines = [`Presently ${version} on ${address}: ${verdict}`, ""];
  for (const { level, code, text, fix } of findings) {
    lines.push(`${MARKS[level]} ${text}  [${code}]`);
    if (fix) lines.push(`  → ${fix}`);
  }
  if (files.length) {
    lines.push("", "Files:");
    for (const { name, bytes, transferred } of files) {
      const way = transferred === null ? "" : transferred === 0 ? ", from the browser's cache" : `, ${kB(transferred)} over the network`;
      lines.push(`  ${name}  ${bytes === null ? "size unknown" : kB(bytes)}${way}`);
    }
  }
  return lines.join("\n");
}
