import type { Diagnosis, Finding } from "../contract/diagnosis.js";
import { type Examined, type Patient, within } from "./parts.js";

type Refusal = Diagnosis["refused"][number];

/** The smallest module there is: compiling it needs what any needs. */
const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

export interface PolicyWatch {
  refusals(): readonly Refusal[];
  stop(): void;
}

/** What the page's policy refuses from now on, and where the browser remembers it, what it has refused before. Only what is Presently's. */
export function watchPolicy({ page, settings }: Patient): PolicyWatch {
  const found = new Map<string, Refusal>();
  const own = [settings.assets, new URL(".", settings.manifest).href, settings.endpoint].filter((one): one is string => !!one);
  const note = (directive: unknown, blocked: unknown) => {
    const what = String(blocked ?? "");
    if (!own.some((address) => what.startsWith(address)) && what !== "wasm-eval") return;
    const refusal = { directive: String(directive), what };
    found.set(`${refusal.directive} ${what}`, refusal);
  };
  const onViolation = (event: Event) => {
    const { effectiveDirective, blockedURI } = event as SecurityPolicyViolationEvent;
    note(effectiveDirective, blockedURI);
  };
  page.document.addEventListener("securitypolicyviolation", onViolation);
  let observer: ReportingObserver | null = null;
  try {
    // Chromium's (https://www.w3.org/TR/reporting-1/#reporting-observer): what was refused before anybody listened.
    observer = new ReportingObserver(
      (reports) => {
        for (const { body } of reports) {
          const { effectiveDirective, blockedURL } = (body ?? {}) as unknown as { effectiveDirective?: string; blockedURL?: string };
          note(effectiveDirective, blockedURL);
        }
      },
      { types: ["csp-violation"], buffered: true },
    );
    observer.observe();
  } catch {
    // Elsewhere only what comes from now on.
  }
  return {
    refusals: () => [...found.values()],
    stop() {
      observer?.disconnect();
      page.document.removeEventListener("securitypolicyviolation", onViolation);
    },
  };
}

/** true: it can; false: it cannot; null: this says nothing of the policy. */
function compilesWasm(): boolean | null {
  if (typeof WebAssembly === "undefined") return null;
  try {
    new WebAssembly.Module(EMPTY_MODULE);
    return true;
  } catch {
    return false;
  }
}

/** Whether a worker of the script's can start here: tried only where there is none, and ended at once. */
async function startsWorker({ page, settings, engineStatus, options }: Examined): Promise<boolean | null> {
  if (engineStatus.thread === "worker" || options.thread === "main" || !settings.assets) return null;
  const address = new URL("worker.js", settings.assets);
  const { Worker } = page as unknown as typeof globalThis;
  if (typeof Worker === "undefined" || address.origin !== page.location.origin) return null;
  return within(
    3_000,
    () =>
      new Promise<boolean>((resolve, reject) => {
        try {
          const worker = new Worker(address, { type: "module" });
          const end = (started: boolean) => {
            worker.terminate();
            resolve(started);
          };
          worker.onmessage = () => end(true);
          worker.onerror = (event) => {
            event.preventDefault?.();
            end(false);
          };
        } catch (error) {
          reject(error);
        }
      }),
    false,
  );
}

/** Tries what policies forbid most often, so that it is refused while somebody listens. The manifest and the endpoint are asked by their own checks. */
export async function probePolicy(patient: Examined): Promise<Finding[]> {
  const findings: Finding[] = [];
  const wasm = compilesWasm();
  if (wasm === false)
    findings.push({
      code: "csp/wasm",
      level: patient.engineStatus.kernel === "simd" ? "note" : "warning",
      text:
        patient.engineStatus.kernel === "simd"
          ? "This page may not compile WebAssembly; the worker may, so nothing is lost"
          : "This page may not compile WebAssembly: ranking and encoder run in JavaScript, slower and with the same results",
      fix: "Add 'wasm-unsafe-eval' to the policy's script-src.",
    });
  if ((await startsWorker(patient)) === false)
    findings.push({
      code: "csp/worker",
      level: "warning",
      text: "A worker cannot be started on this page",
      fix: "Add worker-src 'self' to the policy, and serve worker.js beside the script.",
    });
  return findings;
}

export function refused(refusals: readonly Refusal[], page: Window): Finding[] {
  return refusals
    .filter(({ what }) => what !== "wasm-eval")
    .map(({ directive, what }) => {
      const { origin } = new URL(what, page.location.href);
      return {
        code: `csp/${directive}`,
        level: directive.startsWith("worker") ? ("warning" as const) : ("error" as const),
        text: `The page's policy refuses ${what} by ${directive}`,
        fix: `Add ${origin === page.location.origin ? "'self'" : origin} to ${directive.replace(/-elem$/, "")} in the Content-Security-Policy.`,
      };
    });
}
