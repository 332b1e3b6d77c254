/**
 * Colours come from the page's own text colour, so that a dark page has a dark shelf. Every line has its fixed height: the shelf is as high before
 * anything is loaded as after, a row `item width ÷ ratio + 12em`, which a page's own style sheet can reserve until the script is there:
 * `presently-shelf:not(:defined) { display: block; min-height: calc(clamp(9.5rem, 42vw, 12.5rem) + 12em) }`. Custom properties: --presently-item-width, --presently-gap, --presently-ratio (of the picture), --presently-radius,
 * --presently-accent. A list of the page's own (kind=rerank) lies in it as in any block: its margins collapse and its lines are as high as before.
 */
export const SHELF_STYLE = `
:host{display:block;position:relative;line-height:1.4;min-height:calc(var(--w)/var(--presently-ratio,1) + 12em);--w:var(--presently-item-width,clamp(9.5rem,42vw,12.5rem));--g:var(--presently-gap,1rem);--r:var(--presently-radius,.6rem);--soft:color-mix(in srgb,currentColor 68%,transparent);--tile:color-mix(in srgb,currentColor 7%,transparent)}
:host([hidden]){display:none}
*{box-sizing:border-box;margin:0;padding:0}
[part=header]{display:flex;align-items:center;gap:.5em;min-height:2.25em;margin-bottom:.9em}
[part=heading]{flex:1;font:inherit;font-size:1.35em;font-weight:600;line-height:1.25;text-wrap:balance}
button{font:inherit;color:inherit;background:0 0;border:1px solid color-mix(in srgb,currentColor 22%,transparent);border-radius:99px;width:2.25em;height:2.25em;display:grid;place-items:center;cursor:pointer}
button:hover{background:var(--tile)}
[data-idle]{visibility:hidden}
[part=controls]{display:flex;gap:.4em;margin-inline-start:auto}
[part=controls] button[aria-disabled=true]{opacity:.35;cursor:default}
[part=controls][hidden]{display:none}
svg{width:1em;height:1em;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
:dir(rtl)>svg{scale:-1 1}
[part=stage]{position:relative;display:flow-root}
[part=list]{list-style:none;display:grid;gap:var(--g);grid-auto-flow:column;grid-auto-columns:var(--w);overflow:auto hidden;overscroll-behavior-x:contain;scroll-snap-type:x proximity;scrollbar-width:none;margin:-4px;padding:4px;scroll-padding:4px;contain:inline-size}
:host([layout=grid]) [part=list]{grid-auto-flow:row;grid-template-columns:repeat(auto-fill,minmax(min(var(--w),50% - var(--g)/2),1fr));overflow:visible}
[part~=item]{position:relative;scroll-snap-align:start;min-width:0}
[part=link]{display:block;color:inherit;text-decoration:none;border-radius:var(--r)}
[part=link]:hover [part=title]{text-decoration:underline;text-underline-offset:.2em}
:focus-visible{outline:2px solid var(--presently-accent,currentColor);outline-offset:2px}
[part=link]:focus-visible{outline-offset:0}
[part=picture]{display:grid;place-items:center;aspect-ratio:var(--presently-ratio,1);border-radius:var(--r);overflow:hidden;background:var(--tile);margin-bottom:.6em}
[part=picture]:before{content:attr(data-letter);grid-area:1/1;font-size:2.6em;color:var(--soft);opacity:.6}
img{grid-area:1/1;width:100%;height:100%;object-fit:cover;transition:opacity .25s}
[part=brand],[part=reason]{display:block;color:var(--soft)}
[part=brand],[part=price]{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
[part=brand]{font-size:.78em;height:1.4em}
[part=title],[part=reason]{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
[part=text]{display:block;height:5.6em}
[part=title]{font-size:.95em}
[part=price]{display:block;font-weight:600;height:1.4em;margin-top:.15em}
[part=availability]{font-weight:400;font-size:.8em;color:var(--soft);margin-inline-start:.25em}
[part=reason]{font-size:.78em;height:2.9em}
[part=dismiss]{position:absolute;top:.4em;inset-inline-end:.4em;width:2em;height:2em;font-size:.875em;color:CanvasText;background:Canvas;opacity:0;transition:opacity .15s}
[part~=item]:hover [part=dismiss],[part=dismiss]:focus-visible{opacity:.92}
[part=dismiss]:hover{background:Canvas;opacity:1}
@media (hover:none){[part=dismiss]{opacity:.8}}
[part~=blank]{visibility:hidden}
:host([aria-busy=true]) [part~=blank]{visibility:visible}
[part~=blank] :is([part=brand],[part=title],[part=price]):before{content:"";display:block;height:.8em;margin-top:.3em;border-radius:9px;background:var(--tile);width:var(--l,80%)}
[part~=blank] [part=brand]{--l:40%}
[part~=blank] [part=price]{--l:30%}
[part=fallback]{position:absolute;inset:0;overflow:auto}
[part=fallback][hidden],[part=list][hidden]{display:none}
[part=fallback][data-own]{position:static;overflow:visible}
:host([kind=rerank]){min-height:0;line-height:inherit}
:host([kind=rerank]) [part=stage]{display:block}
:host([kind=rerank]:not([heading])) [part=header]{display:none}
[part~=own][part~=blank]{visibility:hidden}
[part~=own]>slot{display:contents}
[part=live]{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}`;
