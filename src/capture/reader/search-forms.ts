/*
 * Understood here: a form with input[type=search], role="search", or a text field named as in address.ts is a search, when it is sent. Nobody has
 * typed one before this is loaded; and of those that lead to another page, its address tells.
 */
import { isSearchParameter } from "../address.js";
import { attribute, type Emit, guard, text } from "../markup.js";

function searchField(form: HTMLFormElement, more?: readonly string[]): HTMLInputElement | null {
  const marked = form.querySelector<HTMLInputElement>('input[type="search"]');
  const inputs = [...form.querySelectorAll<HTMLInputElement>('input:not([type]), input[type="text"]')];
  return marked ?? inputs.find((input) => isSearchParameter(input.name, more)) ?? (form.getAttribute("role") === "search" ? (inputs[0] ?? null) : null);
}

export interface SearchForms {
  readonly emit: Emit;
  /** Query parameters that hold a search term, besides the common ones. */
  readonly searchParameters?: readonly string[] | undefined;
}

export function watchSearchForms(window: Window, { emit, searchParameters }: SearchForms): () => void {
  const { document } = window;
  const onSubmit = guard((event: Event) => {
    const form = event.target as HTMLFormElement;
    // One that says what it does is told by actions.ts.
    if (attribute(form, "event")) return;
    const input = searchField(form, searchParameters);
    const term = text(input?.value);
    if (!input || !term) return;
    const told = () => emit("form", { name: "search", search_term: term });
    const sends = form.method === "get" && isSearchParameter(input.name, searchParameters);
    // The next page's address will tell, unless the page's own script answers instead.
    if (!sends) told();
    else window.setTimeout(guard(() => event.defaultPrevented && told()));
  });
  const options = { passive: true, capture: true };
  document.addEventListener("submit", onSubmit, options);
  return () => document.removeEventListener("submit", onSubmit, options);
}
