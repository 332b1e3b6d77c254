import { SOURCES } from "../consent/consent-sources.js";
import { doNotTrack, globalPrivacyControl } from "../consent/index.js";
import type { Diagnosis, Finding, ToolAnswer } from "../contract/diagnosis.js";
import type { Checked, Patient } from "./parts.js";

/** Tools that are there answer at once; one in another frame takes a message. */
const ANSWERS = 400;

async function ask(page: Window): Promise<Record<string, ToolAnswer>> {
  const tools: Record<string, ToolAnswer> = {};
  const stops = SOURCES.map((source) => {
    try {
      return source.watch(page, (choice) => {
        tools[source.name] = choice ?? "undecided";
      });
    } catch {
      return () => {};
    }
  });
  await new Promise((resolve) => setTimeout(resolve, ANSWERS));
  for (const stop of stops) stop();
  return tools;
}

function remembered(page: Window): boolean {
  try {
    return page.localStorage.getItem("presently.consent") !== null;
  } catch {
    return false;
  }
}

export async function checkConsent({ page, options, client, chosen }: Patient): Promise<Checked<Diagnosis["consent"]>> {
  const consent = client.consent();
  const tools = await ask(page);
  const asked = options.consent;
  const names = Object.keys(tools);
  const answered = Object.values(tools).some((answer) => answer !== "undecided");
  const from: Diagnosis["consent"]["from"] = globalPrivacyControl(page)
    ? "gpc"
    : chosen()
      ? "setConsent"
      : asked === "auto" && names.length > 0 && answered
        ? "auto"
        : typeof asked === "function"
          ? "function"
          : typeof asked === "object" && asked !== null && Object.keys(asked).length > 0
            ? "options"
            : remembered(page)
              ? "remembered"
              : "nobody";
  const findings: Finding[] = [];
  const state = `${consent.store ? "the session is kept on this device" : "nothing is kept on this device"}, ${consent.share ? `answers are shared (${consent.share})` : "nothing is shared"}`;
  const sources = {
    gpc: "the browser sends Global Privacy Control",
    setConsent: "setConsent or forget was called on this page",
    auto: `${names.join(" and ")} on this page`,
    function: "the shop's own function",
    options: "the shop's options",
    remembered: "remembered from an earlier page",
    nobody: "nobody has said anything",
  };
  findings.push({
    code: "consent/state",
    level: consent.store || consent.share ? "ok" : "note",
    text: `Consent: ${state}; ${sources[from]}`,
    ...(from === "nobody" && {
      fix: 'Call presently.setConsent({ store: true, share: "balanced" }) when the shopper agrees, or write data-consent="auto" on the script.',
    }),
  });
  const value = page.document.querySelector('script[data-manifest][src*="presently"]')?.getAttribute("data-consent");
  if (value && value !== "auto")
    findings.push({
      code: "consent/unknown-value",
      level: "warning",
      text: `data-consent="${value}" is not known`,
      fix: 'Write data-consent="auto", or data-store and data-share.',
    });
  if (asked === "auto" && names.length === 0)
    findings.push({
      code: "consent/no-tool",
      level: "warning",
      text: "Consent is to come from the page's consent tool, and none was found (IAB TCF, Google consent mode, Shopify)",
      fix: "Load the consent tool before, pass consent as a function, or call setConsent.",
    });
  else if (asked === "auto" && names.some((name) => tools[name] === "undecided"))
    findings.push({
      code: "consent/undecided",
      level: "note",
      text: `${names.filter((name) => tools[name] === "undecided").join(" and ")}: the shopper has not chosen yet`,
    });
  if (asked !== "auto" && typeof asked !== "function" && names.length > 0 && from === "nobody")
    findings.push({
      code: "consent/tool-unused",
      level: "note",
      text: `This page has a consent tool (${names.join(", ")}) which Presently is not told to follow`,
      fix: 'Write data-consent="auto" on the script, or consent: "auto" in the options.',
    });
  return { facts: { ...consent, from, tools, doNotTrack: doNotTrack(page) }, findings };
}
