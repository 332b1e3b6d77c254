/*
 * presently.doctor(): what works on this page, what does not, and what to do. Each check stands for itself: one that fails is a finding,
 * and none holds the others up.
 */
import { NO_CONSENT } from "../contract/consent.js";
import type { Diagnosis, Finding, FindingLevel } from "../contract/diagnosis.js";
import { checkConsent } from "./consent.js";
import { checkElements } from "./elements.js";
import { checkEndpoint } from "./endpoint.js";
import { checkEngine } from "./engine.js";
import { checkIds } from "./ids.js";
import { checkPage } from "./page.js";
import { type Checked, type Patient, within } from "./parts.js";
import { probePolicy, refused, watchPolicy } from "./policy.js";
import { printed } from "./print.js";
import { checkProblems } from "./problems.js";
import { checkRelease } from "./release.js";
import { VERSION } from "./version.js";

const ORDER: readonly FindingLevel[] = ["error", "warning", "note", "ok"];
const PATIENCE = 3_000;
/** No check takes this long. */
const LONG = 10_000;

/** Answers within ten seconds, in most cases in less than one. Never rejects. */
export async function doctor(patient: Patient): Promise<Diagnosis> {
  const findings: Finding[] = [];
  const { page, client, engine } = patient;

  /** A check of its own; what it finds, or what stands in where it fails. */
  async function check<T>(name: string, work: () => Checked<T> | Promise<Checked<T>>, otherwise: T): Promise<T> {
    try {
      const { facts, findings: found } = await within(LONG, async () => work(), { facts: otherwise, findings: [failure(name, "it took too long")] });
      findings.push(...found);
      return facts;
    } catch (error) {
      findings.push(failure(name, error));
      return otherwise;
    }
  }
  const say = (name: string, work: () => readonly Finding[] | Promise<readonly Finding[]>) =>
    check(name, async () => ({ facts: null, findings: await work() }), null);

  const policy = await Promise.resolve()
    .then(() => watchPolicy(patient))
    .catch(() => null);
  const status = await within(PATIENCE, () => client.status(), null);
  const examined = { ...patient, status, engineStatus: status ?? engine.status() };
  const nothing: Diagnosis["page"] = { type: "other", category: null, search: null, product: null, sources: [] };

  const seen = await check("page", () => checkPage(patient), nothing);
  const [ids, consent, { release, files }, feedback, elements] = await Promise.all([
    check("ids", () => checkIds(examined, seen.product?.item_id ?? null), { checked: 0, unknown: [] }),
    check("consent", () => checkConsent(patient), { ...NO_CONSENT, from: "nobody", tools: {}, doNotTrack: false } as Diagnosis["consent"]),
    check("release", () => checkRelease(examined), { release: { version: 0, published: null, items: 0, days: null }, files: [] }),
    check("endpoint", () => checkEndpoint(examined), { endpoint: patient.settings.endpoint, state: null, queued: 0 }),
    check("elements", () => checkElements(patient), {}),
    say("policy", () => probePolicy(examined)),
  ]);
  await say("engine", () => checkEngine(examined));
  await say("problems", () => checkProblems(examined.engineStatus.problems));
  // A violation is told after the request has failed.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const refusals = policy?.refusals() ?? [];
  await say("policy", () => refused(refusals, page));
  policy?.stop();

  const diagnosis: Diagnosis = {
    version: VERSION,
    address: page.location.href,
    page: seen,
    ids,
    consent,
    engine: examined.engineStatus,
    status,
    release,
    files,
    feedback,
    refused: refusals,
    elements,
    findings: findings.sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level)),
  };
  console.log(printed(diagnosis));
  return diagnosis;
}

function failure(name: string, error: unknown): Finding {
  return {
    code: `doctor/${name}`,
    level: "note",
    text: `The check of ${name} failed (${(error as Error)?.message ?? error})`,
    fix: "The others stand; report this one.",
  };
}
