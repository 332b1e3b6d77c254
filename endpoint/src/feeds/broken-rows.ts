const SHOWN_ROWS = 20;

/** Tells on stderr which rows were left out, the first of them with their lines. */
export function reportBroken(what: string, rows: readonly { readonly line: number; readonly problem: string }[], count: number): void {
  if (count === 0) return;
  console.error(`${count} ${what} are broken and were left out:`);
  for (const { line, problem } of rows.slice(0, SHOWN_ROWS)) console.error(`  line ${line}: ${problem}`);
  const shown = Math.min(SHOWN_ROWS, rows.length);
  if (count > shown) console.error(`  and ${count - shown} more`);
}
