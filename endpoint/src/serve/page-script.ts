import { FEWEST } from "./judge.js";

/** The status page's script: reads /v1/status and fills the page, again and again. Plain text nodes only: nothing read is markup. */
export const SCRIPT = `
const $ = (id) => document.getElementById(id);
const count = new Intl.NumberFormat("en");
const percent = (value) => (value === undefined ? "–" : value.toFixed(2));
const ago = (time, now) => {
  if (time === null || time === undefined) return "never";
  const seconds = Math.max(0, Math.round((now - time) / 1000));
  return seconds < 5 ? "just now" : seconds < 90 ? seconds + " s ago" : seconds < 5400 ? Math.round(seconds / 60) + " min ago" : seconds < 129600 ? Math.round(seconds / 3600) + " h ago" : Math.round(seconds / 86400) + " days ago";
};
const bytes = (n) => (n < 1048576 ? Math.round(n / 1024) + " kB" : (n / 1048576).toFixed(1) + " MB");
const text = (id, value) => { if ($(id).textContent !== value) $(id).textContent = value; };
function cell(value, className) {
  const td = document.createElement("td");
  if (className) td.className = className;
  td.append(...[value].flat());
  return td;
}
function figure(next, before) {
  if (next === undefined) return "–";
  const span = document.createElement("span");
  span.textContent = next.toFixed(2);
  if (before === undefined) return span;
  const change = document.createElement("span");
  const by = next - before;
  change.className = by >= 0 ? "up" : "down";
  change.textContent = " " + (by >= 0 ? "+" : "−") + Math.abs(by).toFixed(2);
  return [span, change];
}
const KINDS = { train: "Training", catalog: "Catalogue", rollback: "Rollback", start: "Start" };
const STATES = { running: "running", published: "published", kept: "not published", idle: "nothing to do", failed: "failed", interrupted: "interrupted" };
function rows(runs, now) {
  return runs.map((run) => {
    const tr = document.createElement("tr");
    // A few predictions are no figure: one alone makes 0 or 100 percent.
    const { next = {}, before = {} } = (run.figures.next?.examples ?? 0) < ${FEWEST} ? {} : run.figures;
    const state = (STATES[run.state] ?? run.state) + (run.release ? " as " + run.release : "");
    const took = run.finished === null ? "" : ((run.finished - run.started) / 1000).toFixed(1) + " s";
    tr.append(cell(KINDS[run.kind] ?? run.kind), cell(state, "state " + run.state), cell(figure(next.recall20, before.recall20), "n"), cell(figure(next.mrr20, before.mrr20), "n"),
      cell(took, "n"), cell(ago(run.started, now), "n"), cell(run.message, "text"));
    return tr;
  });
}
function show(status) {
  const { stored, release, running, feed, fresh, time } = status;
  text("batches", count.format(stored.batches));
  text("records", count.format(stored.records));
  text("sessions", count.format(stored.sessions));
  text("items", count.format(stored.items));
  text("version", release ? String(release.version) : "–");
  text("recall", release && release.metrics.recall20 !== undefined ? percent(release.metrics.recall20) + "\u2009%" : "–");
  text("release", release
    ? "Version " + release.version + ", " + count.format(release.items) + " items in " + bytes(release.bytes) + ", made " + ago(Date.parse(release.created), time) + (release.origin ? " (" + release.origin + ")" : "") + ". "
      + (release.metrics.recall20 === undefined ? "Too few visits are held out for figures." : "Held out: Recall@20 " + percent(release.metrics.recall20) + " %, MRR@20 " + percent(release.metrics.mrr20) + " %.")
    : "Nothing is published yet. It will be once a catalogue and some sessions are there.");
  const share = running ? (running.progress ? running.progress.step / running.progress.steps : 0) : Math.min(1, fresh.records / fresh.needed);
  $("progress").style.width = Math.round(share * 100) + "%";
  text("next", running
    ? (KINDS[running.kind] + " since " + Math.round((time - running.started) / 1000) + " s") + (running.progress ? ", step " + running.progress.step + " of " + running.progress.steps + ", loss " + running.progress.loss.toFixed(3) : "")
    : count.format(fresh.records) + " of " + count.format(fresh.needed) + " new records that start the next training.");
  text("feed", !feed ? "No feed is watched. Start with --feed to have the catalogue kept up to date." : feed.source + ", read " + ago(feed.time, time)
    + (feed.result ? ": " + count.format(feed.result.items) + " items, " + count.format(feed.result.broken) + " broken rows." : "."));
  text("problem", feed && feed.problem ? feed.problem : feed && feed.result && feed.result.examples[0] ? "Line " + feed.result.examples[0].line + ": " + feed.result.examples[0].problem : "");
  $("runs").replaceChildren(...rows(status.runs, time));
  $("none").hidden = status.runs.length > 0;
}
async function refresh() {
  try {
    const response = await fetch("/v1/status", { cache: "no-store" });
    if (!response.ok) throw new Error("answered " + response.status);
    show(await response.json());
    $("live").className = "";
    text("live", "live");
  } catch (error) {
    $("live").className = "off";
    text("live", "the endpoint does not answer");
  }
  setTimeout(refresh, 2000);
}
refresh();
`;
