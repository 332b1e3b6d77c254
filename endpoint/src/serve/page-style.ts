/** The status page's style. */
export const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2321, #e9eeea); --soft: light-dark(#5f6b66, #93a19a); --line: light-dark(#e3e7e1, #2b3430);
  --paper: light-dark(#f6f7f3, #121715); --card: light-dark(#fff, #1a211e); --accent: light-dark(#1f7a5c, #5fd0a5); --warn: light-dark(#a3541b, #f0a867); --bad: light-dark(#b3261e, #ff8a80); }
* { box-sizing: border-box; margin: 0; }
body { font: 15px/1.5 ui-sans-serif, system-ui, sans-serif; color: var(--ink); background: var(--paper); padding: clamp(16px, 4vw, 48px); }
main { max-width: 1040px; margin: 0 auto; display: grid; gap: 20px; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 14px; }
h1 { font-size: 22px; font-weight: 650; letter-spacing: -.01em; }
h2 { font-size: 13px; font-weight: 600; color: var(--soft); margin-bottom: 12px; }
header p { color: var(--soft); }
#live { margin-left: auto; display: flex; align-items: center; gap: 8px; color: var(--soft); font-size: 13px; }
#live::before { content: ""; width: 8px; height: 8px; border-radius: 50%; background: var(--accent); }
#live.off::before { background: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 18px 20px; min-width: 0; }
.tile b { display: block; white-space: nowrap; font-size: clamp(22px, 2.1vw, 27px); font-weight: 620; letter-spacing: -.02em; font-variant-numeric: tabular-nums; line-height: 1.2; }
.tile span { color: var(--soft); font-size: 13px; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 12px; }
.bar { height: 8px; border-radius: 4px; background: var(--line); overflow: hidden; margin: 10px 0 8px; }
.bar i { display: block; height: 100%; width: 0; background: var(--accent); border-radius: 4px; transition: width .6s; }
.note { color: var(--soft); font-size: 13.5px; overflow-wrap: anywhere; }
.problem { color: var(--bad); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 550; color: var(--soft); font-size: 12.5px; padding: 0 14px 8px 0; white-space: nowrap; }
td { border-top: 1px solid var(--line); padding: 9px 14px 9px 0; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.text { min-width: 220px; color: var(--soft); }
td:last-child, th:last-child { padding-right: 0; }
.state { white-space: nowrap; }
.state.published { color: var(--accent); } .state.kept, .state.interrupted { color: var(--warn); } .state.failed { color: var(--bad); }
.up { color: var(--accent); } .down { color: var(--warn); }
code { font: 13px ui-monospace, monospace; }
`;
