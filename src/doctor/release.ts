import type { Diagnosis, Finding } from "../contract/diagnosis.js";
import { type Checked, type Examined, within } from "./parts.js";

interface Manifest {
  readonly version?: number;
  readonly created?: string;
  readonly files?: Readonly<Record<string, { readonly path?: string; readonly bytes?: number }>>;
}
interface Release {
  readonly release: Diagnosis["release"];
  readonly files: Diagnosis["files"];
}

const DAY = 86_400_000;
/** A shop's goods change faster than this. */
const OLD = 30;

async function fetchManifest(page: Window, address: string): Promise<Manifest | Finding> {
  const fix = `Open ${address} in a tab: it must be the manifest.json that publish wrote.`;
  let response: Response;
  try {
    response = await page.fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(5_000) });
  } catch (error) {
    const elsewhere = new URL(address).origin !== page.location.origin;
    return {
      code: "manifest/unreachable",
      level: "error",
      text: `The manifest at ${address} cannot be fetched (${(error as Error).message})`,
      fix: `Check the address${elsewhere ? ", that its host answers with Access-Control-Allow-Origin" : ""} and the policy's connect-src.`,
    };
  }
  if (!response.ok) return { code: "manifest/missing", level: "error", text: `The manifest at ${address} answers ${response.status}`, fix };
  try {
    const manifest = JSON.parse(await response.text());
    if (typeof manifest?.version === "number") return manifest;
  } catch {
    // Below: an error page with status 200, most often.
  }
  return { code: "manifest/invalid", level: "error", text: `What ${address} answers is no manifest`, fix };
}

/** The script's own files, from the browser's log of this page; a worker's are in the manifest. */
function downloaded({ page, settings }: Examined, manifest: Manifest | null): Diagnosis["files"] {
  const folder = settings.assets ?? "";
  const entries = (page.performance?.getEntriesByType?.("resource") ?? []) as PerformanceResourceTiming[];
  const own = entries.filter(({ name }) => (folder !== "" && name.startsWith(folder)) || name.startsWith(new URL(".", settings.manifest).href));
  const listed = own.map(({ name, decodedBodySize, transferSize }) => ({
    name: name.replace(folder, ""),
    // Another origin's sizes are hidden without Timing-Allow-Origin.
    bytes: decodedBodySize || null,
    transferred: decodedBodySize ? transferSize : null,
  }));
  const files = Object.values(manifest?.files ?? {}).map(({ path = "", bytes = null }) => ({ name: path, bytes, transferred: null }));
  const names = new Set(listed.map(({ name }) => name));
  return [...new Map([...listed, ...files.filter(({ name }) => !names.has(name))].map((file) => [file.name, file])).values()];
}

export async function checkRelease(patient: Examined): Promise<Checked<Release>> {
  const { page, settings, engineStatus } = patient;
  const { release: version, items, created, source } = engineStatus;
  const answer = await within(6_000, () => fetchManifest(page, settings.manifest), null);
  const findings: Finding[] = [];
  const files = downloaded(patient, answer && !("code" in answer) ? answer : null);
  const script = files.find(({ name }) => name === "presently.js");
  if (script?.transferred && script.bytes && script.transferred > script.bytes * 0.9)
    findings.push({
      code: "files/uncompressed",
      level: "note",
      text: `The script came uncompressed, ${(script.transferred / 1000).toFixed(1)} kB: about three times what it needs`,
      fix: "Turn on brotli or gzip for JavaScript where the script is served.",
    });
  const manifest = answer && !("code" in answer) ? answer : null;
  if (answer && "code" in answer) findings.push(answer);
  const published = manifest?.version ?? null;
  const days = created ? Math.floor((Date.now() - Date.parse(created)) / DAY) : null;
  if (version === 0)
    findings.push({
      code: "release/none",
      level: "error",
      text: "No release is loaded: shelves stay empty",
      fix: manifest ? "The manifest is there; the problems below say which of its files is not." : "Publish a release where data-manifest points to.",
    });
  else {
    const age = days === null ? "" : days < 1 ? ", made today" : `, ${days} days old`;
    findings.push({
      code: "release/loaded",
      level: "ok",
      text: `Release ${version} with ${items} items${age}, from ${source === "cache" ? "this device" : "the network"}`,
    });
    if (days !== null && days > OLD)
      findings.push({
        code: "release/old",
        level: "warning",
        text: `The release is ${days} days old: items, prices and availability are from then`,
        fix: "Let the endpoint run (presently serve), or publish again with a new feed.",
      });
    if (published !== null && published > version)
      findings.push({
        code: "release/newer",
        level: "note",
        text: `Release ${published} is published, this page still uses ${version}`,
        fix: "An open page takes it in by itself within a minute; if it does not, the problems below say why.",
      });
    if (published !== null && published < version)
      findings.push({
        code: "release/older",
        level: "warning",
        text: `The host offers release ${published}, this page has had ${version}`,
        fix: "A page never goes back: roll back with presently rollback, which publishes the old content as a new version.",
      });
  }
  return { facts: { release: { version, published, items, days }, files }, findings };
}
