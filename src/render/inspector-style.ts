/** The panel is a guest on the page: nothing is inherited, and it lies over everything but blocks only its own corner. */
export const INSPECTOR_STYLE = `
:host{all:initial;--bg:#fff;--ink:#1d2126;--soft:#5f666e;--line:#e3e5e8;--tile:#f4f5f6;--accent:#2459c4;--danger:#b3261e;position:fixed;right:1rem;bottom:1rem;z-index:2147483000;font:13px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--ink);color-scheme:light}
:host([hidden]){display:none}
@media(prefers-color-scheme:dark){:host{--bg:#1a1d21;--ink:#eceef0;--soft:#a0a8b1;--line:#343a41;--tile:#24282d;--accent:#8ab4ff;--danger:#ff8a80;color-scheme:dark}}
*{box-sizing:border-box;margin:0;padding:0}
[hidden]{display:none!important}
ul,ol{list-style:none}
button{font:inherit;color:inherit;background:var(--tile);border:1px solid var(--line);border-radius:8px;padding:.45em .9em;cursor:pointer}
button:hover{border-color:var(--soft)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
small{display:block;color:var(--soft);font-size:.92em;font-weight:400}
.pill{display:flex;align-items:center;gap:.6em;border-radius:99px;padding:.6em 1.1em;background:var(--bg);font-weight:600;box-shadow:0 4px 18px #0003}
.pill i{width:9px;height:9px;border-radius:50%;background:var(--soft)}
.pill.known i{background:var(--accent)}
.panel{display:flex;flex-direction:column;width:min(24rem,calc(100vw - 2rem));max-height:min(46rem,calc(100vh - 2rem));background:var(--bg);border:1px solid var(--line);border-radius:14px;box-shadow:0 14px 48px #0004;overflow:hidden}
header{display:flex;align-items:center;gap:.75em;padding:.75em 1em;border-bottom:1px solid var(--line)}
h2{font-size:1.1em;font-weight:650;flex:1}
h2 small{font-size:.85em}
.scroll{overflow:auto;overscroll-behavior:contain;scrollbar-width:thin}
.icon{width:2.3em;height:2.3em;padding:0;border:0;background:none;color:var(--soft);font-size:1.1em;line-height:1;flex:none}
.icon:hover{background:var(--tile);color:var(--ink)}
.section{border-bottom:1px solid var(--line)}
.section:last-child{border:0}
.section>summary{padding:.7em 1em;font-weight:600;cursor:pointer;list-style:none;display:flex;align-items:center;gap:.6em}
summary::-webkit-details-marker{display:none}
.section>summary:after{content:"";margin-inline-start:auto;width:.45em;height:.45em;border:solid var(--soft);border-width:0 1.5px 1.5px 0;rotate:45deg;translate:0 -2px}
.section[open]>summary:after{rotate:225deg;translate:0 2px}
.section>summary:focus-visible{outline-offset:-3px}
.section>summary b{font-weight:400;color:var(--soft)}
.section>div{padding:0 1em 1em}
.hint,.empty{color:var(--soft);margin-bottom:.6em}
.hint:last-child,.empty:last-child{margin:.6em 0 0}
h3{font-size:1em;font-weight:600;margin:.4em 0 .2em}
canvas{display:block;width:100%;height:13rem;background:var(--tile);color:var(--ink);border-radius:10px}
.legend{display:flex;flex-wrap:wrap;gap:.2em .9em;margin-top:.6em;color:var(--soft)}
.legend i{display:inline-block;width:8px;height:8px;border-radius:50%;margin-inline-end:.4em}
.name{flex:1;min-width:0;overflow-wrap:anywhere}
.rows li{display:flex;align-items:baseline;gap:.7em;padding:.3em 0;border-top:1px solid var(--line)}
.rows li:first-child{border-top:0}
.middle li{align-items:center}
.rows time{color:var(--soft);font-variant-numeric:tabular-nums;font-size:.88em;white-space:nowrap}
.rows .icon{margin:-.3em -.5em -.3em 0;align-self:center}
.quiet .name{color:var(--soft)}
.place{color:var(--soft);min-width:1.3em;font-variant-numeric:tabular-nums}
.figures{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
.bar{display:grid;grid-template-columns:1fr auto;gap:.15em .8em;margin-top:.6em;align-items:end}
.bar small{display:inline;margin-inline-start:.5em}
.bar b{font-weight:600;font-variant-numeric:tabular-nums}
.track{grid-column:1/-1;height:5px;border-radius:9px;background:var(--tile);overflow:hidden}
.track i{display:block;height:100%;border-radius:9px;background:var(--accent)}
.state{font-size:.85em;border-radius:99px;padding:.1em .7em;background:var(--tile);white-space:nowrap}
.state.sent{color:#17693a;background:#dff3e6}
.state.waiting{color:#7a5200;background:#fdf0d3}
.state.refused{color:#8f1d17;background:#fbe3e1}
@media(prefers-color-scheme:dark){.state.sent{color:#9fe3b8;background:#173425}.state.waiting{color:#ffd98a;background:#3a2d10}.state.refused{color:#ffb3ad;background:#431d1a}}
.entry details{color:var(--soft);font-size:.92em}
.entry summary{cursor:pointer;text-decoration:underline;text-underline-offset:.2em;list-style:none}
pre{font:11px/1.5 ui-monospace,monospace;background:var(--tile);border-radius:8px;padding:.7em;margin-top:.4em;max-height:14rem;overflow:auto}
dl{display:grid;grid-template-columns:auto 1fr;gap:.35em 1em}
dt{color:var(--soft)}
dd{text-align:end;overflow-wrap:anywhere}
.problems li{margin-top:.6em;padding:.6em .8em;border-radius:8px;background:var(--tile);overflow-wrap:anywhere}
.problems b{display:block;font:600 11px ui-monospace,monospace}
.controls label{display:flex;gap:.7em;padding:.3em 0;cursor:pointer;align-items:baseline}
input{accent-color:var(--accent);flex:none;translate:0 1px}
fieldset{border:0;margin:.5em 0 .8em}
legend{font-weight:600;padding:.2em 0}
.buttons{display:flex;flex-wrap:wrap;gap:.6em}
.danger{color:var(--danger)}
.live{color:var(--soft);padding:.6em 1em;border-top:1px solid var(--line)}
.live:empty{display:none}
@media(max-width:600px){:host([open]){left:0;right:0;bottom:0}.panel{width:100%;max-height:72vh;max-height:72dvh;border-radius:16px 16px 0 0;border-width:1px 0 0;padding-bottom:env(safe-area-inset-bottom)}.icon{width:2.9em;height:2.9em}canvas{height:11rem}.section>summary{padding:.9em 1em}}
@media(forced-colors:active){.track i{background:Highlight}}`;
