import type { ItemMap } from "../contract/engine.js";
import { h, percent, place, say } from "./inspector-dom.js";
import type { Section, Snapshot } from "./inspector-snapshot.js";

type Point = readonly [number, number];

/** Items beyond this are thinned out: a map of more points than pixels shows nothing more. */
const DRAWN = 12_000;
const LEGEND = 8;
const MARGIN = 14;
const HUES = [212, 28, 140, 340, 265, 48, 185, 0, 95, 300];
const MOVE = 450;

const colour = (group: number): string => (group === 0 ? "hsl(220 5% 60%)" : `hsl(${HUES[(group - 1) % HUES.length]} 58% 54%)`);

/** What of a map does not change with the persona: bounds, and groups by their size. */
function measure({ positions, group, groups }: ItemMap) {
  const count = group.length;
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  const sizes = new Uint32Array(groups.length);
  for (let i = 0; i < count; i++) {
    const [x, y] = [positions[2 * i], positions[2 * i + 1]];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    sizes[group[i]]++;
  }
  const bySize = [...sizes.keys()].filter((g) => sizes[g] > 0).sort((a, b) => sizes[b] - sizes[a]);
  return { count, left, right, top, bottom, bySize };
}

/** The items as points on two principal axes, and the persona moving among them. */
export function mapSection(): Section {
  const canvas = h("canvas", { role: "img" });
  const legend = h("ul", { class: "legend", "aria-label": "Colours" });
  const words = h("p", { class: "hint" });
  const items = document.createElement("canvas");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let map: ItemMap | null = null;
  let bounds: ReturnType<typeof measure> | null = null;
  let places = new Map<string, number>();
  let drawnAs = "";
  let trail: readonly Point[] = [];
  /** Indices of the newest recommendation's items. */
  let marked: readonly number[] = [];
  let from: Point | null = null;
  let at: Point | null = null;
  let started = 0;
  let frame = 0;

  function scaler(width: number, height: number): (point: Point) => Point {
    const { left, right, top, bottom } = bounds!;
    // The persona is a unit vector and may lie outside of the items.
    const clamp = (share: number) => Math.min(1, Math.max(0, share));
    return ([x, y]) => [
      MARGIN + clamp((x - left) / (right - left || 1)) * (width - 2 * MARGIN),
      MARGIN + clamp(1 - (y - top) / (bottom - top || 1)) * (height - 2 * MARGIN),
    ];
  }

  function drawItems(width: number, height: number, ratio: number): void {
    const key = `${width} ${height} ${ratio}`;
    if (drawnAs === key) return;
    drawnAs = key;
    items.width = canvas.width;
    items.height = canvas.height;
    const context = items.getContext("2d");
    if (!context || !map || !bounds) return;
    context.scale(ratio, ratio);
    context.globalAlpha = bounds.count > 3000 ? 0.45 : 0.65;
    const to = scaler(width, height);
    const step = Math.max(1, Math.ceil(bounds.count / DRAWN));
    const size = bounds.count > 3000 ? 1.5 : 2.5;
    for (let i = 0; i < bounds.count; i += step) {
      const [x, y] = to([map.positions[2 * i], map.positions[2 * i + 1]]);
      context.fillStyle = colour(map.group[i]);
      context.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }

  function draw(time: number): void {
    frame = 0;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    const context = canvas.getContext("2d");
    if (!context || !bounds || width === 0) return;
    const ratio = Math.min(3, devicePixelRatio || 1);
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    drawItems(width, height, ratio);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(items, 0, 0);
    context.scale(ratio, ratio);
    const to = scaler(width, height);
    const ink = getComputedStyle(canvas).color;
    context.strokeStyle = ink;
    context.lineWidth = 1.25;
    for (const i of marked) {
      const [x, y] = to([map!.positions[2 * i], map!.positions[2 * i + 1]]);
      context.beginPath();
      context.arc(x, y, 4.5, 0, 7);
      context.stroke();
    }
    const goal = trail.at(-1);
    if (!goal) return;
    const share = calm.matches || !from ? 1 : Math.min(1, Math.max(0, (time - started) / MOVE));
    const eased = 1 - (1 - share) ** 3;
    at = from ? [from[0] + (goal[0] - from[0]) * eased, from[1] + (goal[1] - from[1]) * eased] : goal;
    const path = [...trail.slice(0, -1), at].map(to);
    context.lineWidth = 1.5;
    context.strokeStyle = ink;
    path.forEach(([x, y], i) => {
      context.globalAlpha = 0.15 + (0.6 * (i + 1)) / path.length;
      if (i > 0) {
        context.beginPath();
        context.moveTo(...path[i - 1]);
        context.lineTo(x, y);
        context.stroke();
      }
      if (i === path.length - 1) return;
      context.beginPath();
      context.arc(x, y, 2, 0, 7);
      context.fillStyle = ink;
      context.fill();
    });
    const [x, y] = path[path.length - 1];
    context.globalAlpha = 0.18;
    context.fillStyle = ink;
    context.beginPath();
    context.arc(x, y, 12, 0, 7);
    context.fill();
    context.globalAlpha = 1;
    context.beginPath();
    context.arc(x, y, 6, 0, 7);
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = getComputedStyle(canvas).backgroundColor;
    context.stroke();
    if (share < 1) frame = requestAnimationFrame(draw);
  }

  const request = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  if (typeof ResizeObserver === "function") new ResizeObserver(request).observe(canvas);

  function adopt(next: ItemMap | null): void {
    map = next;
    places = new Map(next?.ids?.map((id, i) => [id, i]));
    bounds = next && next.group.length > 0 ? measure(next) : null;
    drawnAs = "";
    from = at = null;
    canvas.hidden = !bounds;
    const groups = bounds?.bySize ?? [];
    const rows = groups.slice(0, LEGEND).map((g) => {
      const swatch = h("i", { "aria-hidden": "true" });
      swatch.style.background = colour(g);
      return h("li", {}, swatch, next?.groups[g] || "No category");
    });
    if (groups.length > LEGEND) rows.push(h("li", {}, `and ${groups.length - LEGEND} more`));
    place(legend, rows);
  }

  /** The category of most of the marked items. Not of what lies nearest on the map, whose two axes leave most of the space out. */
  function commonest(): string {
    const times = new Map<number, number>();
    for (const i of marked) times.set(map!.group[i], (times.get(map!.group[i]) ?? 0) + 1);
    const most = [...times].find(([group, count]) => group > 0 && 2 * count > marked.length);
    return most ? map!.groups[most[0]] : "";
  }

  return {
    element: h("div", {}, canvas, legend, words),
    render(snapshot: Snapshot) {
      if (snapshot.map !== map || !snapshot.map) adopt(snapshot.map);
      const goal = snapshot.trail.at(-1);
      const before = trail.at(-1);
      if (goal !== before) {
        from = at;
        started = performance.now();
      }
      if (!goal) from = at = null;
      trail = snapshot.trail;
      const ranked = snapshot.rankings.find(({ kind }) => kind === "recommend")?.items ?? [];
      marked = ranked.map(({ item_id }) => places.get(item_id) ?? -1).filter((i) => i >= 0);
      const most = commonest();
      say(
        words,
        !bounds
          ? "The map appears once the catalogue is loaded."
          : goal
            ? `The dot is you; rings are the items recommended now${most ? `, most of them ${most}` : ""}. Expected match with what you open next: ${percent(snapshot.persona?.confidence ?? 0)}.`
            : "Each point is an item. You appear among them with the first item you open.",
      );
      canvas.setAttribute("aria-label", `Map of ${bounds?.count.toLocaleString() ?? 0} items by top category. ${words.textContent}`);
      request();
    },
  };
}
