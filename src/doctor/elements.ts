import type { Diagnosis, Finding } from "../contract/diagnosis.js";
import type { Checked, Patient } from "./parts.js";

const ELEMENTS = ["presently-shelf", "presently-inspector"];

/** The elements on the page, and scripts and clients that are there twice. */
export function checkElements({ page, client, settings }: Patient): Checked<Diagnosis["elements"]> {
  const { document } = page;
  const findings: Finding[] = [];
  const facts = Object.fromEntries(
    ELEMENTS.map((name) => [name, { count: document.querySelectorAll(name).length, defined: !!page.customElements?.get(name) }]),
  );
  for (const [name, { count, defined }] of Object.entries(facts))
    if (count > 0 && !defined)
      findings.push({
        code: "elements/undefined",
        level: "error",
        text: `<${name}> is on this page ${count === 1 ? "once" : `${count} times`} and is not defined: it shows nothing`,
        fix: settings.assets
          ? `Serve ${name.replace("presently-", "")}.js beside the script (${settings.assets}), and allow it in script-src.`
          : "With npm, call defineShelf(client) once.",
      });
  const shelf = facts["presently-shelf"];
  if (shelf.count === 0)
    findings.push({
      code: "elements/none",
      level: "note",
      text: "There is no <presently-shelf> on this page",
      fix: "Add one where recommendations are to be seen, or show what recommend() gives.",
    });
  else if (shelf.defined) findings.push({ code: "elements/shelves", level: "ok", text: `<presently-shelf>: ${shelf.count} on this page, defined` });

  const scripts = [...document.querySelectorAll<HTMLScriptElement>("script[src]")].filter(({ src }) => /(^|\/)presently(\.min)?\.js([?#]|$)/.test(src));
  const global = (page as unknown as { presently?: { track?: unknown } }).presently;
  if (scripts.length > 1)
    findings.push({
      code: "script/twice",
      level: "warning",
      text: `The script is on this page ${scripts.length} times; the first one counts`,
      fix: "Keep one tag: look into the theme, the tag manager and the shop system's plugins.",
    });
  else if (typeof global?.track === "function" && global.track !== client.track)
    findings.push({
      code: "script/two-clients",
      level: "warning",
      text: "Two clients are on this page, the tag's and another: events and shelves are divided between them",
      fix: "Keep the tag or the npm package, not both.",
    });
  return { facts, findings };
}
