import type { Finding } from "../contract/diagnosis.js";
import type { Examined } from "./parts.js";

/** Where and how it computes. What is wrong stands in the problems; this says what is. */
export function checkEngine({ status, engineStatus, options }: Examined): Finding[] {
  const { thread, backend, kernel, timings, problems } = engineStatus;
  const findings: Finding[] = [];
  if (!status)
    findings.push({
      code: "engine/slow",
      level: "warning",
      text: "The client has not answered within three seconds: it is still loading, or its storage hangs",
      fix: "Ask again in a moment; if it stays so, look at the network panel for presently's files.",
    });
  const times = Object.entries(timings)
    .map(([name, milliseconds]) => `${name} ${milliseconds.toFixed(1)} ms`)
    .join(", ");
  const how = [backend ? `encoder on ${backend}` : "no encoder yet", times && `(${times})`, kernel && `ranking by ${kernel === "simd" ? "WASM" : "JavaScript"}`]
    .filter(Boolean)
    .join(" ");
  const { lastUpdate } = status ?? {};
  if (lastUpdate)
    findings.push({
      code: "engine/update",
      level: "ok",
      text: `From the newest event to its ranking: ${lastUpdate.total.toFixed(1)} ms, of which ${lastUpdate.main.toFixed(1)} ms on the page's main thread`,
    });
  const lost = problems.find(({ code }) => code === "engine/worker-lost");
  if (thread === "worker") findings.push({ code: "engine/worker", level: "ok", text: `Computes in a worker: ${how}` });
  else if (options.thread === "main") findings.push({ code: "engine/main", level: "note", text: `Computes on the page's main thread, as asked for: ${how}` });
  else
    findings.push({
      code: "engine/main",
      level: engineStatus.release > 0 || lost ? "warning" : "note",
      text: `Computes on the page's main thread: ${lost ? lost.message : "the engine is not loaded"}; ${how}`,
      fix: "Serve worker.js beside the script and allow it: worker-src 'self' (blob: too where the script comes from another origin).",
    });
  if (status?.consent.store && status.storage === "memory")
    findings.push({
      code: "storage/memory",
      level: "warning",
      text: "The session may be kept on this device, and is in memory only",
      fix: "The browser refuses its database here (private mode, full disk, a sandboxed frame): see the problem that starts with storage/.",
    });
  else if (status)
    findings.push({
      code: "storage/state",
      level: "ok",
      text: `The session's ${status.events} events are in ${status.storage === "indexeddb" ? "IndexedDB" : "memory"}`,
    });
  return findings;
}
