import type { Diagnosis, Finding } from "../contract/diagnosis.js";
import { type Checked, type Examined, within } from "./parts.js";

/** Whether the endpoint can be reached from this page at all; nothing of the shopper goes with the question, and its answer cannot be read. */
const reach = async (page: Window, endpoint: string): Promise<boolean> => {
  await page.fetch(`${endpoint}/healthz`, { mode: "no-cors", credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" });
  return true;
};

export async function checkEndpoint({ page, settings, status }: Examined): Promise<Checked<Diagnosis["feedback"]>> {
  const { endpoint } = settings;
  const facts = { endpoint, state: status?.endpoint ?? null, queued: status?.queued ?? 0 };
  if (!endpoint)
    return {
      facts,
      findings: [
        {
          code: "feedback/no-endpoint",
          level: "note",
          text: "There is no endpoint: nothing ever leaves, and nothing is learned",
          fix: "Write data-endpoint on the script.",
        },
      ],
    };
  const reached = await within(5_000, () => reach(page, endpoint), false);
  const findings: Finding[] = [];
  if (!reached)
    findings.push({
      code: "feedback/unreachable",
      level: "error",
      text: `The endpoint ${endpoint} cannot be reached from this page`,
      fix: `Check that it runs, that its certificate is good, and that the policy's connect-src has ${new URL(endpoint).origin}.`,
    });
  else if (status?.endpoint === "failing")
    findings.push({
      code: "feedback/failing",
      level: "error",
      text: `The endpoint ${endpoint} runs, and answers from ${page.location.origin} do not get through`,
      fix: `Start it with --origin ${page.location.origin}; if it has that, its log says more.`,
    });
  if (status?.endpoint === "refused")
    findings.push({
      code: "feedback/refused",
      level: "error",
      text: "The endpoint refused answers for good",
      fix: "Script and endpoint are of different versions, or the address is another service's: see the ledger.",
    });
  const waits = facts.queued ? `${facts.queued} answers wait` : "no answer waits";
  findings.push({
    code: "feedback/state",
    level: status?.endpoint === "failing" ? "warning" : "ok",
    text: `Feedback to ${endpoint}: ${facts.state ?? "unknown"}, ${waits}`,
  });
  return { facts, findings };
}
