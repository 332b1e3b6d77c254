import type { Diagnosis, Finding, UnknownId } from "../contract/diagnosis.js";
import { nearestIn } from "./nearest.js";
import { type Checked, type Examined, within } from "./parts.js";

/** More than these are of one kind. */
const MOST = 50;
const DIFFERS: Readonly<Record<UnknownId["near"][number]["differs"], string>> = {
  case: "only capital letters differ",
  spaces: "only spaces and capital letters differ",
  punctuation: "only punctuation differs",
  zeros: "only leading zeros differ",
  part: "one is a part of the other",
};

/** Every id of the page and of the session's events, and where it was used. */
function idsInUse({ page, client }: Examined, product: string | null): Map<string, Set<string>> {
  const ids = new Map<string, Set<string>>();
  const note = (id: string, where: string) => {
    if (id) ids.set(id, (ids.get(id) ?? new Set()).add(where));
  };
  if (product) note(product, "product");
  for (const element of page.document.querySelectorAll("[data-presently-item]")) note(element.getAttribute("data-presently-item")?.trim() ?? "", "cards");
  for (const { name, items = [] } of client.timeline()) for (const { item_id } of items) note(item_id, name);
  return ids;
}

function describe({ id, where, near }: UnknownId): string {
  const used = where.map((one) => (one === "product" ? "product of this page" : one === "cards" ? "card on this page" : one)).join(", ");
  const [first] = near;
  return first
    ? `The page says "${id}" (${used}), the catalogue has "${first.id}": ${DIFFERS[first.differs]}`
    : `The page says "${id}" (${used}), which the catalogue does not have`;
}

export async function checkIds(patient: Examined, product: string | null): Promise<Checked<Diagnosis["ids"]>> {
  const renamed = (await within(5_000, () => patient.client.persona(), null))?.renamed;
  const ids = idsInUse(patient, product);
  const catalogue = patient.engineStatus.release > 0 ? ((await within(5_000, () => patient.client.map(), null))?.ids ?? null) : null;
  if (!catalogue)
    return {
      facts: { checked: 0, unknown: [] },
      findings: [
        {
          code: "ids/unchecked",
          level: "note",
          text: "Ids could not be compared with the catalogue, which is not loaded",
          fix: "First see that the release loads; then ask again.",
        },
      ],
    };
  const known = new Set(catalogue);
  const nearestOfAll = nearestIn(catalogue);
  /** Found by another of its ids or by its address: as good as known. A spelling is guessed at, and said. */
  const found = (id: string) => renamed?.has(id) && !nearestOfAll(id).some(({ differs }) => differs !== "part");
  const strange = [...ids].filter(([id]) => !known.has(id) && !found(id));
  const unknown = strange.slice(0, MOST).map(([id, where]): UnknownId => ({ id, where: [...where], near: nearestOfAll(id) }));
  const facts = { checked: ids.size, unknown };
  if (ids.size === 0) return { facts, findings: [{ code: "ids/none", level: "note", text: "Neither the page nor the session names an item yet" }] };
  if (strange.length === 0) return { facts, findings: [{ code: "ids/known", level: "ok", text: `The catalogue has all ${ids.size} ids of page and session` }] };
  const spelled = unknown.filter(({ near }) => near.length > 0);
  const strangers = unknown.filter(({ near }) => near.length === 0);
  const findings: Finding[] = [];
  const some = (list: readonly UnknownId[]) => {
    const more = list.length - 3;
    return list.slice(0, 3).map(describe).join("; ") + (more > 0 ? `; and ${more} more` : "");
  };
  if (spelled.length > 0)
    findings.push({
      code: "ids/spelling",
      level: spelled.every(({ id }) => renamed?.has(id)) ? "warning" : "error",
      text: some(spelled),
      fix: "Use one spelling in the page and in the feed: an id must be the same to the letter. Correct the markup, or import the catalogue again with the page's ids.",
    });
  if (strangers.length > 0)
    findings.push({
      code: "ids/unknown",
      level: strange.length === ids.size && ids.size > 2 ? "error" : "warning",
      text: some(strangers),
      fix:
        strange.length === ids.size && ids.size > 2
          ? "None of the page's ids is in the catalogue: this release is of another shop, or the page uses another id (sku, variant, parent) than the feed."
          : "New items come with the next release; an old one that is still shown is missing from the feed.",
    });
  return { facts, findings };
}
