type Content = Node | string | null | undefined;
type Props = Readonly<Record<string, string | number | boolean | ((event: Event) => void)>>;

/** An element: functions are listeners, `true` an empty attribute, everything else text. Data never becomes markup. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...content: Content[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...content.filter((child): child is Node | string => child !== null && child !== undefined));
  return element;
}

/** Brings `parent` to exactly these children and moves none that is in order already: focus and open details stay. */
export function place(parent: Element, children: readonly Element[]): void {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

export const say = (element: Element, text: string): void => {
  if (element.textContent !== text) element.textContent = text;
};

/** A labelled bar. @param share 0 … 1 */
export function bar(label: string, note: string, share: number, value: string): HTMLLIElement {
  const fill = h("i");
  fill.style.inlineSize = `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%`;
  return h(
    "li",
    { class: "bar" },
    h("span", { class: "name" }, label, h("small", {}, note)),
    h("b", {}, value),
    h("span", { class: "track", "aria-hidden": "true" }, fill),
  );
}

export const percent = (share: number): string => `${Math.round(share * 100)}%`;

export const clock = (time: number): string => {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
};

/** "0.4 ms", "12 ms". */
export const milliseconds = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)}\u00a0ms`;

/** Shows a line only where it is true. */
export const showIf = (element: HTMLElement, shown: boolean): void => {
  element.hidden = !shown;
};
